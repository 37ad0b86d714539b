//! What the stand-in does where a real provider may do one thing or another.

use serde::{Deserialize, Serialize};

/// What a browser without our cookie finds: who is signed in already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Beginning {
    /// Nobody is signed in: address page, then password page.
    NoSession,
    /// The first account is signed in: chooser with one account, no password.
    OneSession,
    /// Every account is signed in: chooser with all of them.
    #[default]
    SeveralAccounts,
    /// The person has no account at all: the page *Crear cuenta*.
    NoAccount,
}

/// How a finished upload session answers a later question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FinishedSession {
    /// 200 with the message, as the upload protocol promises.
    #[default]
    Ok,
    /// 200 without an id.
    OkWithoutId,
    /// 404.
    NotFound,
    /// 410.
    Gone,
    /// 308 with a range that covers the whole message, for ever.
    Pending,
}

/// The `iss` parameter of the redirect (RFC 9207).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RedirectIss {
    /// Our own base URL.
    #[default]
    Base,
    /// No such parameter.
    Absent,
    /// Somebody else's: a mix-up attack.
    Foreign,
}

/// The `state` parameter of the redirect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RedirectState {
    /// The one that the client sent.
    #[default]
    Same,
    /// Another one.
    Foreign,
}

/// The `scope` member of a token answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScopeField {
    /// Google's long names, in another order than asked.
    #[default]
    Present,
    /// Left out, which means "as requested" (RFC 6749 section 5.1).
    Absent,
}

/// The `id_token` member of a token answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdTokenKind {
    /// Correct in every claim.
    #[default]
    Normal,
    /// Left out.
    Absent,
    /// `nonce` of another request.
    WrongNonce,
    /// `aud` of another client.
    WrongAud,
    /// `iss` of another provider.
    WrongIss,
    /// `exp` an hour ago.
    Expired,
    /// `email_verified` is false.
    EmailUnverified,
    /// Not a JSON Web Token.
    Garbage,
}

/// All switches; a test merges the few it cares about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Behaviour {
    pub(crate) beginning: Beginning,
    pub(crate) redirect_iss: RedirectIss,
    pub(crate) redirect_state: RedirectState,
    /// A policy page instead of the sign-in, for example `admin_policy_enforced`.
    pub(crate) policy_error: Option<String>,
    /// Whether a request that is refused at once is sent to an error page first, with the error's name in `authError`, as
    /// Google does it.
    pub(crate) refusal_redirects: bool,
    /// HTTP status of that page.
    pub(crate) policy_status: u16,
    /// Life of an access token in seconds.
    pub(crate) expires_in: u32,
    /// Time-limited access: life of the refresh token in seconds, told in the answer.
    pub(crate) refresh_token_expires_in: Option<u32>,
    /// How far the provider's own clock is ahead of the true one, in seconds.
    pub(crate) clock_ahead: i64,
    /// Whether token answers are of the kind that RFC 6749 lets pass: `expires_in` as text, no `token_type`.
    pub(crate) lax_answer: bool,
    /// Life of an authorization code in seconds.
    pub(crate) code_lifetime: u32,
    /// Whether a refresh gives a new refresh token and ends the old one.
    pub(crate) rotate_refresh_token: bool,
    pub(crate) scope_field: ScopeField,
    pub(crate) id_token: IdTokenKind,
    pub(crate) finished_session: FinishedSession,
    /// Whether the receiver sees another Message-ID than the one sent.
    pub(crate) replace_message_id: bool,
    /// Whether the receiver sees the account's name instead of the one in From.
    pub(crate) replace_from_name: bool,
    /// Whether an upload session also wants the access token on every PUT.
    pub(crate) session_requires_token: bool,
    /// Whether raw bytes are kept; long runs switch it off and read the hashes.
    pub(crate) keep_raw: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            beginning: Beginning::default(),
            redirect_iss: RedirectIss::default(),
            redirect_state: RedirectState::default(),
            policy_error: None,
            refusal_redirects: false,
            policy_status: 200,
            expires_in: 3599,
            refresh_token_expires_in: None,
            clock_ahead: 0,
            lax_answer: false,
            code_lifetime: 600,
            rotate_refresh_token: false,
            scope_field: ScopeField::default(),
            id_token: IdTokenKind::default(),
            finished_session: FinishedSession::default(),
            replace_message_id: false,
            replace_from_name: false,
            session_requires_token: false,
            keep_raw: true,
        }
    }
}

impl Behaviour {
    /// Replaces the members that `patch` names; unknown ones are an error.
    pub(crate) fn merged(&self, patch: &serde_json::Value) -> Result<Self, serde_json::Error> {
        let mut all = serde_json::to_value(self)?;
        if let (Some(all), Some(patch)) = (all.as_object_mut(), patch.as_object()) {
            for (name, value) in patch {
                all.insert(name.clone(), value.clone());
            }
        }
        serde_json::from_value(all)
    }
}
