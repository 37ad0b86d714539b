//! Each fault of a certificate has its own name; both ways of trusting an authority hold.

use std::net::{IpAddr, Ipv4Addr};

use super::server::{Authority, Flaw, Server, begun, examined, home};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

#[test]
fn the_systems_roots_and_the_client_files_authority_are_trusted() {
    let mut home = home();
    let authority = Authority::new(home.path(), "Autoridad de prueba");
    let server = Server::start(&authority, Flaw::Nothing);

    home.import_client(&server.client(HERE, Some(&authority.file)));
    assert_eq!(begun(&home), "begun");
    assert_eq!(examined(&home)["certificate_issuer"], "CN=Autoridad de prueba");

    home.import_client(&server.client(HERE, None));
    assert_eq!(begun(&home), "tls_untrusted");
    home.set("SSL_CERT_FILE", authority.file.to_str().unwrap());
    assert_eq!(begun(&home), "begun");
}

#[test]
fn a_file_with_several_authorities_is_read_whole() {
    let home = home();
    let (other, authority) = (Authority::new(home.path(), "Otra"), Authority::new(home.path(), "Esta"));
    let both = home.path().join("ambas.pem");
    let text = [&other, &authority].map(|one| std::fs::read_to_string(&one.file).unwrap()).concat();
    std::fs::write(&both, text).unwrap();
    home.import_client(&Server::start(&authority, Flaw::Nothing).client(HERE, Some(&both)));
    assert_eq!(begun(&home), "begun");
}

#[test]
fn each_fault_has_its_kind() {
    let home = home();
    let authority = Authority::new(home.path(), "Autoridad");
    let stranger = Authority::new(home.path(), "Antivirus");
    for (issuer, flaw, kind) in [
        (&stranger, Flaw::Nothing, "tls_untrusted"),
        (&authority, Flaw::SignsItself, "tls_untrusted"),
        (&authority, Flaw::Expired, "tls_expired"),
        (&authority, Flaw::NotYet, "tls_expired"),
        (&authority, Flaw::OtherName, "tls_wrong_name"),
    ] {
        home.import_client(&Server::start(issuer, flaw).client(HERE, Some(&authority.file)));
        assert_eq!(begun(&home), kind);
        let found = examined(&home);
        assert_eq!((&found["failure"], &found["certificate_issuer"]), (&kind.into(), &serde_json::Value::Null));
    }
}

#[test]
fn a_ca_file_that_is_none_is_named() {
    let home = home();
    let authority = Authority::new(home.path(), "Autoridad");
    let server = Server::start(&authority, Flaw::Nothing);
    let empty = home.path().join("vacío.pem");
    std::fs::write(&empty, "nada\n").unwrap();
    for file in [empty, home.path().join("no existe.pem")] {
        home.import_client(&server.client(HERE, Some(&file)));
        assert_eq!(begun(&home), "ca_file_unreadable");
    }
}

#[test]
fn nobody_there_is_offline() {
    let home = home();
    let authority = Authority::new(home.path(), "Autoridad");
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    home.import_client(&Server { port }.client(HERE, Some(&authority.file)));
    assert_eq!(begun(&home), "offline");
}
