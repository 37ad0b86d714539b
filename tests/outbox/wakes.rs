//! Who starts the sender when nobody queues anything any more.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use correo_cfdi::conversation::{Writer, serve};
use correo_cfdi::ports::Clock as _;
use correo_cfdi::usecase::flows::Caller;
use serde_json::json;

use super::desk::Desk;
use crate::host::wait;

#[test]
fn a_conversation_that_watches_wakes_the_sender_when_something_falls_due() {
    let desk = Desk::new(1);
    let mut params = desk.setting.params(0, "cliente@example.mx");
    params["not_before"] = json!((desk.place.clock.now() + chrono::TimeDelta::hours(1)).to_rfc3339());
    desk.queue_with(params);
    let (mut input, mut requests) = std::io::pipe().unwrap();
    let (mut answers, output) = std::io::pipe().unwrap();
    let world = Arc::new(desk.world());
    let served = std::thread::spawn(move || serve(world, Caller::default(), &mut input, Writer::new(Box::new(output))));
    for (id, method, params) in [
        (1, "hello", json!({"protocol": 1, "min_protocol": 1, "extension_version": "0"})),
        (2, "delivery.list", json!({})),
    ] {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
        requests.write_all(&u32::try_from(body.len()).unwrap().to_ne_bytes()).unwrap();
        requests.write_all(body.as_bytes()).unwrap();
        let mut length = [0; 4];
        answers.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u32::from_ne_bytes(length) as usize];
        answers.read_exact(&mut answer).unwrap();
    }
    let before = desk.place.sender.woken();
    desk.place.clock.pass(Duration::from_secs(3_601));
    wait("the sender is woken", || (desk.place.sender.woken() > before).then_some(()));
    drop(requests);
    served.join().unwrap();
}
