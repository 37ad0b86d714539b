//! Holds the README's table of checks to the doctor's.

use correo_cfdi::doctor::CHECKS;

use super::readme;

#[test]
fn every_check_of_the_doctor_has_its_row_in_the_readme() {
    let rows = readme::rows("The doctor", 3);
    let named: Vec<&str> = rows.iter().flat_map(|cells| readme::codes(&cells[0])).collect();
    assert_eq!(named, CHECKS, "the README's table of checks, in the doctor's order");
    assert!(rows.iter().all(|cells| cells.iter().all(|cell| !cell.is_empty())), "{rows:?}");
}
