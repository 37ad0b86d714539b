//! What a mail server's negative answers mean (RFC 5321 section 4.2, and Gmail's own list,
//! support.google.com/a/answer/3726730). Pure.

use crate::domain::address::MailAddress;
use crate::domain::delivery::RefusedRecipient;
use crate::ports::post::PostError;

/// The command that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Greeting,
    Authentication,
    Sender,
    Recipient(&'a MailAddress),
    /// `DATA`, and the answer to the dot that ends the message.
    Message,
}

/// The meaning of code and text. A relay may put its own enhanced code before another's, so that one is looked for anywhere.
pub(super) fn meaning(step: Step<'_>, code: u16, text: &str) -> PostError {
    let says = |enhanced: &str| text.split_ascii_whitespace().any(|word| word == enhanced);
    match (step, code) {
        // "Daily user sending limit exceeded": also where it comes as a temporary answer.
        (_, 400..=599) if says("5.4.5") || says("4.4.5") => PostError::DailyLimit,
        (_, 552 | 523) if says("5.3.4") || says("5.2.3") => PostError::TooLarge,
        (Step::Authentication, 535) => PostError::Unauthorized,
        // "Log in via your web browser", "application-specific password required": no token mends that.
        (Step::Authentication, 534 | 538) => PostError::Policy,
        (_, 530) => PostError::Unauthorized,
        // Too many connections, too many messages, greylisting: the whole account waits.
        (_, 421) | (Step::Sender | Step::Recipient(_) | Step::Message, 450) => PostError::RateLimited(None),
        (_, 400..=499) => PostError::Unavailable,
        (Step::Greeting, 500..=599) => PostError::Unavailable,
        (Step::Authentication, 500..=599) => PostError::Malformed,
        // A relay that is not allowed, or a sender address of somebody else.
        (Step::Sender, 550 | 553 | 554) => PostError::Policy,
        (Step::Sender, 552) => PostError::TooLarge,
        (Step::Recipient(address), 500..=599) => refused(address, verdict(code, text)),
        (Step::Sender | Step::Message, 500..=599) => PostError::Refused,
        _ => PostError::Malformed,
    }
}

/// One recipient's refusal.
pub(super) fn refused(address: &MailAddress, code: impl Into<String>) -> PostError {
    PostError::RecipientRefused(vec![RefusedRecipient { address: address.clone(), code: code.into() }])
}

/// The most telling code of a refusal: a relay's own 5.0.0 says less than that of the server behind it.
fn verdict(code: u16, text: &str) -> String {
    let enhanced = |word: &&str| {
        let mut parts = word.split('.');
        let number = |part: Option<&str>| {
            part.is_some_and(|part| matches!(part.len(), 1..=3) && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        parts.next() == Some("5") && number(parts.next()) && number(parts.next()) && parts.next().is_none()
    };
    let codes = || text.split_ascii_whitespace().filter(enhanced);
    codes().find(|one| *one != "5.0.0").or_else(|| codes().next()).map_or_else(|| code.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;

    #[test]
    fn every_answer_of_gmails_list_has_its_meaning() {
        use Step::{Authentication, Greeting, Message, Sender};
        let ana: MailAddress = "ana@cliente.example".parse().unwrap();
        let recipient = Step::Recipient(&ana);
        for (step, code, text, expected) in [
            (Greeting, 421, "4.7.0 Try again later, closing connection.", PostError::RateLimited(None)),
            (Greeting, 554, "No SMTP service here", PostError::Unavailable),
            (Authentication, 535, "5.7.8 Username and Password not accepted", PostError::Unauthorized),
            (Authentication, 454, "4.7.0 Temporary authentication failure", PostError::Unavailable),
            (Authentication, 534, "5.7.14 Please log in via your web browser", PostError::Policy),
            (Authentication, 501, "5.5.2 Cannot Decode response", PostError::Malformed),
            (Sender, 530, "5.7.0 Authentication Required", PostError::Unauthorized),
            (Sender, 552, "5.2.3 Message size exceeds administrative limit", PostError::TooLarge),
            (Sender, 550, "5.4.5 Daily user sending limit exceeded", PostError::DailyLimit),
            (Sender, 553, "5.7.1 You may not use that sender", PostError::Policy),
            (recipient, 550, "5.0.0 <a@b.example> 5.1.1 The account does not exist", refused(&ana, "5.1.1")),
            (recipient, 550, "5.0.0 5.4.5 Daily user sending limit exceeded", PostError::DailyLimit),
            (recipient, 450, "4.2.1 The user receives mail too quickly", PostError::RateLimited(None)),
            (recipient, 451, "4.3.0 Temporary system problem", PostError::Unavailable),
            (recipient, 452, "4.5.3 Too many recipients", PostError::Unavailable),
            (Message, 552, "5.7.0 Blocked because its content presents a security issue", PostError::Refused),
            (Message, 552, "5.3.4 Message too big", PostError::TooLarge),
            (Message, 451, "4.4.2 Timeout", PostError::Unavailable),
            (Message, 554, "", PostError::Refused),
            (Message, 250, "what no failure says", PostError::Malformed),
        ] {
            assert_eq!(meaning(step, code, text), expected, "{step:?} {code} {text}");
        }
    }

    #[test]
    fn the_code_of_a_refusal_is_the_most_telling_one_and_never_the_servers_text() {
        for (code, text, expected) in [
            (550, "5.1.1 The account does not exist", "5.1.1"),
            (550, "5.0.0 <a@b.example> 5.2.1 disabled", "5.2.1"),
            (554, "5.0.0 no", "5.0.0"),
            (550, "No such user 5.1.x 5.1.1234 5.1.1.1 4.9.2", "550"),
            (553, "", "553"),
        ] {
            assert_eq!(verdict(code, text), expected, "{text}");
        }
    }
}
