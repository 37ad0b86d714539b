//! The age of a flow, with the clock in the test's hand.

use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use correo_cfdi::protocol::failure::Kind;
use correo_cfdi::protocol::sign_in::{SignInBegin, SignInComplete, Via};
use correo_cfdi::usecase::clients::{self, Source};
use correo_cfdi::usecase::flows::Caller;
use correo_cfdi::usecase::{loopback, sign_in};

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
            sign_in::begin(&world, &caller, SignInBegin { company: None, login_hint: None, again: None, via: None })
                .unwrap();
        let redirect_url = consent_blocking(&begun.auth_url, &Person::willing()).unwrap().to_string();
        place.clock.pass(wait);
        sign_in::complete(&world, &caller, SignInComplete { flow: begun.flow, redirect_url: Some(redirect_url) })
    };
    assert_eq!(finish_after(Duration::from_secs(601)).unwrap_err().kind(), Kind::FlowExpired);
    assert_eq!(sandbox.state()["counters"]["total"]["code_exchanges"], 0);
    assert!(finish_after(Duration::from_secs(599)).is_ok());
}

#[test]
fn a_port_is_taken_no_longer_than_its_flow_lives() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let place = Place::new();
    let world = place.world();
    clients::import(&world, &sandbox.desktop_client_json().to_string(), Source::Terminal).unwrap();
    let caller = Caller::default();
    let begin = SignInBegin { company: None, login_hint: None, again: None, via: Some(Via::Loopback) };
    let begun = sign_in::begin(&world, &caller, begin).unwrap();
    let port = begun.redirect_uri.parse::<url::Url>().unwrap().port().unwrap();
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    place.clock.pass(Duration::from_secs(601));
    let complete = || {
        let params = SignInComplete { flow: begun.flow.clone(), redirect_url: None };
        loopback::arrive(&world, &caller, params, |_| ())
    };
    assert_eq!(complete().err().unwrap().kind(), Kind::FlowExpired);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    assert_eq!(complete().err().unwrap().kind(), Kind::FlowLost);
}
