//! Writes what lies in `manifests/` to where each browser looks.
