use yima_core::sale::CallFailure;
use yima_gateway::{CallError, MalformedReason, MaybeSentReason, NotSentReason};

use super::failure;

#[test]
fn an_answer_that_says_nothing_of_the_order_is_never_a_refusal_of_it() {
    for reason in [MaybeSentReason::Timeout, MaybeSentReason::Reset, MaybeSentReason::Redirect] {
        assert_eq!(failure(CallError::MaybeSent(reason)), CallFailure::Unknown);
    }
    for (status, expected) in [
        (400, CallFailure::Unknown),
        (428, CallFailure::Unknown),
        (429, CallFailure::Busy),
        (430, CallFailure::Unknown),
        (500, CallFailure::Unknown),
        (503, CallFailure::Unknown),
    ] {
        assert_eq!(failure(CallError::MaybeSent(MaybeSentReason::HttpStatus(status))), expected, "{status}");
    }
    assert_eq!(failure(CallError::Malformed(MalformedReason::NotJson)), CallFailure::Unknown);
    assert_eq!(failure(CallError::Malformed(MalformedReason::OtherOrder)), CallFailure::OtherOrder);
    assert_eq!(failure(CallError::NotSent(NotSentReason::Connect)), CallFailure::NotSent);
}
