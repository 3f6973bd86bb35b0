//! What somebody is asked about, and what is refused before anybody is.

use super::*;

#[test]
fn every_way_to_be_paid_is_held_to_the_limit_of_who_has_one() {
    let shop = Shop::staffed();
    let fen = Fen::new(100);
    let ways = [
        Command::Charge,
        Command::WantCode,
        Command::TakeCode { total_fen: fen },
        Command::TakeCash { total_fen: fen, tendered_fen: fen },
    ];
    for way in ways {
        shop.log_in(CASHIER).unwrap();
        assert_eq!(shop.admit(way.clone()), Ok(within(way.clone())));
        let StaffProblem::ApprovalNeeded { act, number } = shop.desk.ask_for(way.clone(), at(0)) else {
            panic!("not asked");
        };
        assert_eq!(act, Act::DiscountAboveLimit);
        assert_eq!(shop.approve(number, SUPERVISOR, SUPERVISOR, 0), Ok(way.clone()));
        shop.log_in(SUPERVISOR).unwrap();
        assert_eq!(shop.admit(way.clone()), Ok(way));
    }
}

#[test]
fn nobody_is_called_over_for_what_says_no_reason() {
    let shop = Shop::staffed();
    let order_id = order_id();
    let silent = || Word { by: "店长".to_owned(), why: " ".to_owned() };
    for id in [CASHIER, SUPERVISOR] {
        shop.log_in(id).unwrap();
        let noted = shop.log();
        for command in [
            Command::OverridePrice { line: LineId(1), price: Fen::new(100), reason: String::new() },
            Command::OverridePrice { line: LineId(1), price: Fen::new(100), reason: "长".repeat(201) },
            Command::Refund {
                order_id: order_id.clone(),
                amount_fen: Fen::new(1),
                left_fen: None,
                word: silent(),
            },
            Command::WriteOff { order_id: order_id.clone(), word: silent() },
            Command::SettleRefund { order_id: order_id.clone(), word: silent() },
            Command::DropRefund { order_id: order_id.clone(), word: silent() },
            Command::PassList { word: silent() },
        ] {
            assert_eq!(shop.admit(command.clone()), Err(StaffProblem::WordMissing), "{command:?}");
        }
        assert_eq!(shop.approve(1, SUPERVISOR, SUPERVISOR, 0), Err(StaffProblem::ApprovalGone));
        assert_eq!(shop.log(), noted);
    }
}
