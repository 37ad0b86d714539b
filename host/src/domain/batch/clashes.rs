//! Rows that are sound alone but must not both leave.

use std::collections::{BTreeSet, HashMap};

use crate::domain::cfdi::Uuid;
use crate::domain::rfc::Rfc;

/// What a sound row would send to whom.
#[derive(Debug, Clone)]
pub struct Claim {
    /// RFC of the company.
    pub company: Rfc,
    /// RFC of the receiver.
    pub receiver: Rfc,
    /// Folio fiscal.
    pub uuid: Uuid,
    /// Whether the document is a payroll receipt (*nómina*).
    pub payroll: bool,
    /// Addresses of the row itself, by `MailAddress::key`.
    pub own: Vec<String>,
    /// The company's further copies, by the same key.
    pub company_copies: Vec<String>,
}

/// Why a row must not leave beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// An earlier row sends the same document to the same recipient.
    Repeated,
    /// The address would get the payroll of two receivers.
    PayrollShared,
}

/// Judges every row against the others, in list order.
///
/// A repeated row is none that leaves, so it takes no part in what else is judged.
#[must_use]
pub fn clashes(claims: &[Claim]) -> Vec<Option<Clash>> {
    let mut found: Vec<Option<Clash>> = repeated(claims);
    let mut owners: HashMap<&str, BTreeSet<&Rfc>> = HashMap::new();
    let leaving = |found: &[Option<Clash>]| -> Vec<usize> {
        (0..claims.len()).filter(|at| found[*at].is_none() && claims[*at].payroll).collect()
    };
    let payroll = leaving(&found);
    for claim in payroll.iter().map(|at| &claims[*at]) {
        for address in &claim.own {
            owners.entry(address).or_default().insert(&claim.receiver);
        }
    }
    for at in payroll {
        let shared = |address: &String| owners.get(address.as_str()).is_some_and(|owners| owners.len() > 1);
        if claims[at].own.iter().any(shared) {
            found[at] = Some(Clash::PayrollShared);
        }
    }
    found
}

/// The company's copies count here: the outbox would refuse the second message for them too.
fn repeated(claims: &[Claim]) -> Vec<Option<Clash>> {
    let mut taken: BTreeSet<(&Rfc, Uuid, &str)> = BTreeSet::new();
    let judge = |claim| {
        let Claim { company, uuid, own, company_copies, .. }: &Claim = claim;
        let pairs: Vec<_> =
            own.iter().chain(company_copies).map(|address| (company, *uuid, address.as_str())).collect();
        if pairs.iter().any(|pair| taken.contains(pair)) {
            return Some(Clash::Repeated);
        }
        taken.extend(pairs);
        None
    };
    claims.iter().map(judge).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use proptest::prelude::*;

    fn claim(receiver: usize, uuid: usize, payroll: bool, own: &[&str]) -> Claim {
        Claim {
            company: Rfc::parse("EJE010101AA0").unwrap(),
            receiver: Rfc::parse(["CLI020202BB1", "CLI020202BB2", "CLI020202BB3"][receiver]).unwrap(),
            uuid: Uuid::parse(&format!("6BD2B1F8-7D30-4E2B-9A55-3F1F0C1A{uuid:04}")).unwrap(),
            payroll,
            own: own.iter().map(ToString::to_string).collect(),
            company_copies: Vec::new(),
        }
    }

    #[test]
    fn the_later_of_two_rows_with_the_same_document_and_recipient_stays() {
        let claims = [
            claim(0, 1, false, &["a@x.mx"]),
            claim(0, 1, false, &["b@x.mx", "a@x.mx"]),
            // The repeated row took nothing: `b@x.mx` is still free.
            claim(0, 1, false, &["b@x.mx"]),
            claim(0, 2, false, &["a@x.mx"]),
        ];
        assert_eq!(clashes(&claims), [None, Some(Clash::Repeated), None, None]);
    }

    #[test]
    fn a_copy_of_the_companys_own_counts_as_a_recipient_once() {
        let mut claims =
            [claim(0, 1, true, &["a@x.mx"]), claim(0, 1, true, &["b@x.mx"]), claim(1, 2, true, &["c@x.mx"])];
        for claim in &mut claims {
            claim.company_copies = vec!["contador@x.mx".to_owned()];
        }
        // The accountant of the company gets everybody's payroll; that is the company's own decision.
        assert_eq!(clashes(&claims), [None, Some(Clash::Repeated), None]);
    }

    #[test]
    fn invariant_2_an_address_with_the_payroll_of_two_receivers_stops_both() {
        let claims = [
            claim(0, 1, true, &["ana@x.mx"]),
            claim(1, 2, true, &["beto@x.mx", "jefa@x.mx"]),
            claim(2, 3, true, &["caro@x.mx", "jefa@x.mx"]),
            claim(1, 4, false, &["ana@x.mx"]),
            claim(0, 5, true, &["ana@x.mx"]),
        ];
        assert_eq!(clashes(&claims), [None, Some(Clash::PayrollShared), Some(Clash::PayrollShared), None, None]);
    }

    proptest! {
        #[test]
        fn what_may_leave_shares_no_payroll_and_repeats_nothing(
            rows in proptest::collection::vec((0_usize..3, 0_usize..6, any::<bool>(), proptest::collection::btree_set(0_usize..5, 1..3)), 0..40)
        ) {
            let claims: Vec<Claim> = rows
                .iter()
                .map(|(receiver, uuid, payroll, own)| {
                    let own: Vec<String> = own.iter().map(|n| format!("{n}@x.mx")).collect();
                    claim(*receiver, *uuid, *payroll, &own.iter().map(String::as_str).collect::<Vec<_>>())
                })
                .collect();
            let found = clashes(&claims);
            prop_assert_eq!(found.len(), claims.len());
            let leaving: Vec<&Claim> = claims.iter().zip(&found).filter(|(_, clash)| clash.is_none()).map(|(claim, _)| claim).collect();
            for (at, one) in leaving.iter().enumerate() {
                for other in &leaving[at + 1..] {
                    let meet = one.own.iter().any(|address| other.own.contains(address));
                    prop_assert!(!(meet && one.uuid == other.uuid));
                    prop_assert!(!(meet && one.payroll && other.payroll && one.receiver != other.receiver));
                }
            }
        }
    }
}
