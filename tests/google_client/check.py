"""Google's own Python client against the sandbox: every way of sending, refresh, and errors.

The client is not ours, so it judges addresses, encodings, the upload protocol and the shape of errors.
It cannot judge what Gmail means by them.
"""

import base64
import hashlib
import html.parser
import http.cookiejar
import io
import json
import secrets
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import google.auth.exceptions
import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials
from googleapiclient import discovery_cache
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError, MediaUploadSizeError
from googleapiclient.http import MediaIoBaseUpload

REDIRECT = "https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/"
SCOPES = ["openid", "email", "https://www.googleapis.com/auth/gmail.send"]
ACCOUNT = "facturas@papeleria.example"
GRANULE = 256 * 1024


class Sandbox:
    """The program, its admin interface, and its end."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "--redirect-uri", REDIRECT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.client = ready["provider"], ready["client"]["web"]

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0

    def admin(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + "/admin/" + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def last(self):
        return self.admin("messages")[-1]

    def raw(self, identifier):
        with urllib.request.urlopen(f"{self.base}/admin/messages/{identifier}/raw", timeout=10) as answer:
            return answer.read()


class FormReader(html.parser.HTMLParser):
    """The first form of a page: where it goes and what it hides."""

    def __init__(self, page):
        super().__init__()
        self.action, self.hidden = None, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        if tag == "input" and attributes.get("type") == "hidden":
            self.hidden[attributes["name"]] = attributes["value"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Stops at a redirect that leaves the sandbox."""

    def redirect_request(self, request, fp, code, msg, headers, newurl):
        if newurl.startswith(REDIRECT):
            return None
        return super().redirect_request(request, fp, code, msg, headers, newurl)


def sign_in(sandbox):
    """Goes through the real pages and exchanges the code; the token answer."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": sandbox.client["client_id"], "redirect_uri": REDIRECT, "response_type": "code", "scope": " ".join(SCOPES),
        "state": secrets.token_urlsafe(8), "code_challenge": challenge, "code_challenge_method": "S256",
        "access_type": "offline", "prompt": "consent select_account",
    }
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar, NoRedirect)
    page = browser.open(sandbox.client["auth_uri"] + "?" + urllib.parse.urlencode(query), timeout=10).read().decode()
    for filled in ({"email": ACCOUNT}, {"scope": SCOPES[2], "decision": "continue"}):
        form = FormReader(page)
        data = urllib.parse.urlencode({**form.hidden, **filled}).encode()
        try:
            page = browser.open(sandbox.base + form.action, data, timeout=10).read().decode()
        except urllib.error.HTTPError as end:
            location = end.headers["Location"]
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
    assert answer["state"] == query["state"] and answer["iss"] == sandbox.base, answer
    exchange = {
        "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": REDIRECT, "code_verifier": verifier,
        "client_id": sandbox.client["client_id"], "client_secret": sandbox.client["client_secret"],
    }
    with urllib.request.urlopen(sandbox.client["token_uri"], urllib.parse.urlencode(exchange).encode(), timeout=10) as tokens:
        return json.load(tokens)


def letter(size):
    """A message with an attachment of so many random bytes."""
    encoded = base64.encodebytes(secrets.token_bytes(size)).replace(b"\n", b"\r\n")
    head = (
        f"From: {ACCOUNT}\r\nTo: cliente@receptor.example\r\nSubject: Factura\r\nMIME-Version: 1.0\r\n"
        'Content-Type: application/pdf; name="f.pdf"\r\nContent-Disposition: attachment; filename="f.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encoded


def client_for(sandbox, credentials):
    transport = httplib2.Http(timeout=20)
    # To the transport 308 is a redirect; to the upload protocol it is "go on".
    transport.redirect_codes = transport.redirect_codes - {308}
    authorized = google_auth_httplib2.AuthorizedHttp(credentials, http=transport)
    # Google's own description of the API, with another root. The option `api_endpoint` would not do: it moves the host
    # of uploads but leaves their scheme at https.
    described = json.loads(discovery_cache.get_static_doc("gmail", "v1"))
    described["rootUrl"] = described["baseUrl"] = sandbox.base + "/"
    return build_from_document(described, http=authorized)


def media(raw, resumable, chunk=GRANULE):
    return MediaIoBaseUpload(io.BytesIO(raw), "message/rfc822", chunksize=chunk, resumable=resumable)


class Check:
    """The checks, in the order in which they run."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        tokens = sign_in(sandbox)
        self.credentials = Credentials(
            tokens["access_token"], refresh_token=tokens["refresh_token"], token_uri=sandbox.client["token_uri"],
            client_id=sandbox.client["client_id"], client_secret=sandbox.client["client_secret"],
        )
        self.messages = client_for(sandbox, self.credentials).users().messages()

    def arrived(self, answer, raw):
        assert answer["labelIds"] == ["SENT"], answer
        assert self.sandbox.last()["id"] == answer["id"]
        assert self.sandbox.raw(answer["id"]) == raw, "other bytes arrived"

    def send(self, raw, **arguments):
        return self.messages.send(userId="me", **arguments).execute()

    def check_raw(self):
        raw = letter(20_000)
        self.arrived(self.send(raw, body={"raw": base64.urlsafe_b64encode(raw).decode()}), raw)

    def check_raw_of_three_megabytes(self):
        raw = letter(2_200_000)
        self.arrived(self.send(raw, body={"raw": base64.urlsafe_b64encode(raw).decode()}), raw)

    def check_media(self):
        raw = letter(20_000)
        self.arrived(self.send(raw, media_body=media(raw, False)), raw)

    def check_multipart(self):
        raw = letter(20_000)
        answer = self.send(raw, body={"threadId": "hilo-1"}, media_body=media(raw, False))
        self.arrived(answer, raw)
        assert answer["threadId"] == "hilo-1", answer

    def resumable(self, raw, chunk):
        request = self.messages.send(userId="me", body={}, media_body=media(raw, True, chunk))
        steps, answer = 0, None
        while answer is None:
            _, answer = request.next_chunk()
            steps += 1
        self.arrived(answer, raw)
        return steps

    def check_resumable_in_one_chunk(self):
        assert self.resumable(letter(20_000), GRANULE) == 1

    def check_resumable_in_many_chunks(self):
        raw = letter(2_000_000)
        assert self.resumable(raw, GRANULE) == -(-len(raw) // GRANULE)

    def check_resumable_by_execute(self):
        raw = letter(900_000)
        self.arrived(self.send(raw, body={}, media_body=media(raw, True)), raw)

    def check_resumable_asks_and_goes_on_after_503(self):
        raw = letter(900_000)
        self.sandbox.admin("fault", {"point": "upload_put", "kind": "status", "status": 503, "after": 1})
        request = self.messages.send(userId="me", body={}, media_body=media(raw, True))
        # Not `num_retries`: on a retry the client sends the length of a chunk whose bytes it has already read.
        answer, failures = None, 0
        while answer is None:
            try:
                _, answer = request.next_chunk()
            except HttpError as error:
                assert error.status_code == 503, error
                failures += 1
        self.arrived(answer, raw)
        assert failures == 1
        assert self.sandbox.admin("state")["counters"]["total"]["status_queries"] == 1

    def check_refresh_after_401(self):
        before = self.credentials.token
        self.sandbox.admin("expire_access_tokens", {})
        raw = letter(1000)
        self.arrived(self.send(raw, body={"raw": base64.urlsafe_b64encode(raw).decode()}), raw)
        assert self.credentials.token != before
        assert self.sandbox.admin("state")["counters"]["total"]["refreshes"] == 1

    def check_errors_are_read(self):
        cases = [
            (403, "dailyLimitExceeded"), (403, "userRateLimitExceeded"), (403, "domainPolicy"), (403, "accessNotConfigured"),
            (429, "rateLimitExceeded"), (500, "backendError"),
        ]
        raw = letter(1000)
        for status, reason in cases:
            fault = {"point": "send", "kind": "status", "status": status, "reason": reason}
            if status == 429:
                fault["retry_after_seconds"] = 60
            self.sandbox.admin("fault", fault)
            try:
                self.send(raw, media_body=media(raw, False))
            except HttpError as error:
                assert error.status_code == status, error
                assert error.error_details[0]["reason"] == reason, error.error_details
                assert status != 429 or "Retry after 20" in error.reason, error.reason
            else:
                raise AssertionError(f"{status} {reason} was no error")

    def check_a_message_without_recipient(self):
        raw = b"From: facturas@papeleria.example\r\nSubject: x\r\n\r\nhola\r\n"
        try:
            self.send(raw, media_body=media(raw, False))
        except HttpError as error:
            assert (error.status_code, error.reason) == (400, "Recipient address required"), error
        else:
            raise AssertionError("it was accepted")

    def check_the_size_limit_is_the_client_s_too(self):
        try:
            self.messages.send(userId="me", media_body=media(b"x" * 36_700_161, True))
        except MediaUploadSizeError:
            return
        raise AssertionError("the client knows another limit")

    def check_a_revoked_grant(self):
        self.sandbox.admin("revoke", {"account": ACCOUNT})
        try:
            self.send(b"", body={"raw": "eA=="})
        except google.auth.exceptions.RefreshError as error:
            assert "invalid_grant: Token has been expired or revoked." in str(error), error
        else:
            raise AssertionError("it was accepted")


def main():
    sandbox = Sandbox(sys.argv[1])
    try:
        check = Check(sandbox)
        # In the order of the class: the last one takes the grant away.
        names = [name for name in vars(Check) if name.startswith("check_")]
        for name in names:
            getattr(check, name)()
            print("ok  ", name.removeprefix("check_").replace("_", " "), flush=True)
        print(f"{len(names)} checks of Google's own client passed")
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
