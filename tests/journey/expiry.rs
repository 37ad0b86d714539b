//! The age of a flow, with the clock in the test's hand.

use std::time::Duration;

use correo_cfdi::protocol::failure::Kind;
use correo_cfdi::protocol::sign_in::{SignInBegin, SignInComplete};
use correo_cfdi::usecase::clients::{self, Source};
use correo_cfdi::usecase::flows::Caller;
use correo_cfdi::usecase::sign_in;

use crate::host::redirect_uri;
use crate::sandbox::walk::{Person, consent_blocking};
use crate::sandbox::{Options, Sandbox};
use crate::worlds::Place;

#[test]
fn a_flow_lives_ten_minutes() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let place = Place::new();
    let world = place.world();
    clients::import(&world, &sandbox.client_json(&[&redirect_uri()]).to_string(), Source::Terminal).unwrap();
    let caller = Caller::new(Some(redirect_uri().parse().unwrap()));
    let finish_after = |wait: Duration| {
        let begun =
            sign_in::begin(&world, &caller, SignInBegin { company: None, login_hint: None, again: None }).unwrap();
        let redirect_url = consent_blocking(&begun.auth_url, &Person::willing()).unwrap().to_string();
        place.clock.pass(wait);
        sign_in::complete(&world, &caller, SignInComplete { flow: begun.flow, redirect_url })
    };
    assert_eq!(finish_after(Duration::from_secs(601)).unwrap_err().kind(), Kind::FlowExpired);
    assert_eq!(sandbox.state()["counters"]["total"]["code_exchanges"], 0);
    assert!(finish_after(Duration::from_secs(599)).is_ok());
}
