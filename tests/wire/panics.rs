//! A panic inside a request, played by a port of the test's own.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use correo_cfdi::conversation::{End, Writer, serve};
use correo_cfdi::ports::{Desktop, DesktopError, NoViewer};
use correo_cfdi::usecase::flows::Caller;
use serde_json::{Value, json};

use crate::worlds::Place;

/// A desktop that no author expected.
struct Exploding;

impl Desktop for Exploding {
    fn show(&self, _: &Path) -> Result<(), NoViewer> {
        Err(NoViewer)
    }

    fn browse(&self, _: &url::Url) -> Result<(), NoViewer> {
        Err(NoViewer)
    }

    fn pick_folder(&self, _: &str) -> Result<Option<PathBuf>, DesktopError> {
        panic!("on purpose: not-a-secret-but-private")
    }

    fn pick_file(&self, _: &str) -> Result<Option<PathBuf>, DesktopError> {
        Err(DesktopError::Open)
    }
}

fn frame(id: u32, method: &str, params: &Value) -> Vec<u8> {
    let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
    [&u32::try_from(body.len()).unwrap().to_ne_bytes()[..], body.as_bytes()].concat()
}

fn read(stream: &mut impl std::io::Read) -> Value {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut body = Vec::new();
    stream.take(u32::from_ne_bytes(length).into()).read_to_end(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn a_panic_inside_a_request_answers_internal_and_the_conversation_goes_on() {
    let place = Place::new();
    let mut world = place.world();
    world.desktop = Box::new(Exploding);
    let (mut requests, mut input) = {
        let (reader, writer) = std::io::pipe().unwrap();
        (writer, reader)
    };
    let (mut answers, output) = std::io::pipe().unwrap();
    let served = std::thread::spawn(move || {
        serve(Arc::new(world), Caller::default(), &mut input, Writer::new(Box::new(output)))
    });
    let versions = json!({"protocol": 1, "min_protocol": 1, "extension_version": "0"});
    requests.write_all(&frame(1, "hello", &versions)).unwrap();
    assert_eq!(read(&mut answers)["id"], 1);
    for id in 2..40 {
        // More often than requests may be under way: a panic must give its place back.
        requests.write_all(&frame(id, "folder.pick", &json!({}))).unwrap();
        let answer = read(&mut answers);
        assert_eq!((&answer["id"], &answer["error"]["data"]["kind"]), (&json!(id), &json!("internal")));
        assert!(!answer.to_string().contains("on purpose"), "{answer}");
    }
    requests.write_all(&frame(40, "file.pick", &json!({}))).unwrap();
    assert_eq!(read(&mut answers)["error"]["data"]["kind"], "dialog_open");
    requests.write_all(&frame(41, "portal.list", &json!({}))).unwrap();
    assert_eq!(read(&mut answers)["result"]["portals"], json!([]));
    drop(requests);
    assert!(matches!(served.join().unwrap(), End::Closed));
}
