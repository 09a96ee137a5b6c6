// Package api serves the alert REST API that Kismet's users, scripts and web
// interface speak: paths, field names and order, number format, status codes
// and first words of every error are those of Kismet 2025-09-R1.
//
// Package openapi describes it, and tests hold that against the answers. It
// differs where Kismet breaks its own documentation or harms its users;
// docs/api.md names every place. Among them:
//
//   - /alerts/last-time/TS/alerts answers the documented dictionary, or the
//     bare array that Kismet sends, as configured; a negative TS means that
//     many seconds ago. The timestamp it hands out is a cursor: to poll with
//     it misses no alert and repeats none.
//   - Errors go on after Kismet's words and name the key and the fault.
//   - A missing throttle or burst is an error, not a crash. A class that is
//     not given is OTHER, a severity 10. A definition that could not be
//     activated does not use up its name.
//   - raise_alert.cmd, the name of old, is raise_alerts.cmd; alert names match
//     in any case.
//   - A form's %26 is part of its value. Content types match whatever their
//     parameters.
//   - A GET can select members as a POST can, with ?json={"fields":...} or in
//     short, ?fields=kismet.alert.header,a.b/c:alias. alerts_view needs no
//     dictionary.
//   - Every read answers HEAD too, and has a strong entity tag: who sends it
//     with If-None-Match is told 304 if nothing has changed.
//   - Fields that a record lacks keep the name that was asked for.
//   - Reads are open on a loopback listener and need a login elsewhere. Empty
//     credentials are refused, expired ones too, a valid token of any role may
//     use what is open to all. API keys are stored hashed, so no listing shows
//     them. Bearer tokens are taken.
//   - A body that is too large is answered before the connection is closed.
//   - Files whose names begin with a dot are no part of a web interface.
//   - Responses have a Content-Length instead of chunks.
package api
