//! Rows to messages (invariant 2): one company, one receiver, one set of recipients; payroll and generic RFCs alone.

use std::collections::{BTreeSet, HashMap};

use crate::domain::draft::{MAX_DOCUMENTS, MAX_GROUP};
use crate::domain::rfc::Rfc;

/// One sound row, as far as grouping is concerned.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// RFC of the company.
    pub company: Rfc,
    /// RFC of the receiver.
    pub receiver: Rfc,
    /// Recipients and copies of the row, by `MailAddress::key`.
    pub recipients: BTreeSet<String>,
    /// Whether it is payroll (*nómina*).
    pub payroll: bool,
    /// Whether the customer wants one message for each document.
    pub single: bool,
    /// Bytes of its attachments.
    pub size: u64,
}

impl Parcel {
    fn travels_alone(&self) -> bool {
        self.single || self.payroll || self.receiver.is_generic()
    }
}

/// Makes messages: each holds the places of its rows in list order, and messages stand in the order of their first rows.
///
/// A message that is full by [`MAX_DOCUMENTS`] or [`MAX_GROUP`] is closed, and the next row begins another one.
#[must_use]
pub fn group(parcels: &[Parcel]) -> Vec<Vec<usize>> {
    let mut messages: Vec<Vec<usize>> = Vec::new();
    let mut open: HashMap<(&Rfc, &Rfc, &BTreeSet<String>), (usize, u64)> = HashMap::new();
    for (at, parcel) in parcels.iter().enumerate() {
        if parcel.travels_alone() {
            messages.push(vec![at]);
            continue;
        }
        let key = (&parcel.company, &parcel.receiver, &parcel.recipients);
        let joined = open.get_mut(&key).and_then(|(number, size)| {
            let rows = messages.get_mut(*number)?;
            let fits = rows.len() < MAX_DOCUMENTS && size.saturating_add(parcel.size) <= MAX_GROUP;
            fits.then(|| {
                rows.push(at);
                *size += parcel.size;
            })
        });
        if joined.is_none() {
            open.insert(key, (messages.len(), parcel.size));
            messages.push(vec![at]);
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::domain::rfc::GENERIC_PUBLIC;
    use proptest::prelude::*;

    const RECEIVERS: [&str; 3] = ["CLI020202BB1", "CLI020202BB2", GENERIC_PUBLIC];

    fn parcel(receiver: usize, recipients: &[u8], payroll: bool, size: u64) -> Parcel {
        Parcel {
            company: Rfc::parse("EJE010101AA0").unwrap(),
            receiver: Rfc::parse(RECEIVERS[receiver]).unwrap(),
            recipients: recipients.iter().map(|n| format!("{n}@x.mx")).collect(),
            payroll,
            single: false,
            size,
        }
    }

    #[test]
    fn a_customer_that_wants_one_mail_a_document_gets_one() {
        let alone = Parcel { single: true, ..parcel(0, &[1], false, 10) };
        let parcels = [alone.clone(), alone, parcel(1, &[1], false, 10), parcel(1, &[1], false, 10)];
        assert_eq!(group(&parcels), [vec![0], vec![1], vec![2, 3]]);
    }

    #[test]
    fn rows_for_the_same_receiver_and_recipients_travel_together() {
        let parcels = [
            parcel(0, &[1, 2], false, 10),
            parcel(1, &[1, 2], false, 10),
            parcel(0, &[2, 1], false, 10),
            parcel(0, &[1], false, 10),
            parcel(2, &[1], false, 10),
            parcel(2, &[1], false, 10),
            parcel(0, &[1], true, 10),
            parcel(0, &[1], true, 10),
        ];
        let wanted: [&[usize]; 7] = [&[0, 2], &[1], &[3], &[4], &[5], &[6], &[7]];
        assert_eq!(group(&parcels), wanted);
    }

    #[test]
    fn a_full_message_is_closed_by_count_and_by_size() {
        let many = vec![parcel(0, &[1], false, 1); MAX_DOCUMENTS + 1];
        assert_eq!(group(&many).iter().map(Vec::len).collect::<Vec<_>>(), [MAX_DOCUMENTS, 1]);
        let sizes = [MAX_GROUP - 1, 1, 1];
        let large = sizes.map(|size| parcel(0, &[1], false, size));
        assert_eq!(group(&large), [vec![0, 1], vec![2]]);
    }

    proptest! {
        #[test]
        fn invariant_2_no_message_mixes_and_no_row_is_lost(
            rows in proptest::collection::vec(
                (0_usize..3, proptest::collection::vec(0_u8..3, 1..3), any::<bool>(), 0..2 * MAX_GROUP), 0..80)
        ) {
            let parcels: Vec<Parcel> =
                rows.iter().map(|(receiver, to, payroll, size)| parcel(*receiver, to, *payroll, *size)).collect();
            let messages = group(&parcels);
            let mut all: Vec<usize> = messages.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..parcels.len()).collect::<Vec<_>>());
            prop_assert!(messages.windows(2).all(|pair| pair[0][0] < pair[1][0]));
            for message in &messages {
                let first = &parcels[message[0]];
                prop_assert!(message.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(message.len() <= MAX_DOCUMENTS);
                let size: u64 = message.iter().map(|at| parcels[*at].size).sum();
                prop_assert!(message.len() == 1 || size <= MAX_GROUP);
                for parcel in message.iter().map(|at| &parcels[*at]) {
                    prop_assert_eq!(&parcel.receiver, &first.receiver);
                    prop_assert_eq!(&parcel.recipients, &first.recipients);
                    prop_assert!(message.len() == 1 || !(parcel.payroll || parcel.receiver.is_generic()));
                }
            }
        }
    }
}
