import { afterEach, describe, expect, it } from "vitest";
import { detailWords } from "../src/cashier/staff/audit-words";
import { speak } from "../src/shared/language.svelte";

afterEach(() => speak("zh-CN"));

describe("what the log says besides who and what", () => {
  it.each([
    [{ order_id: "01ab", amount_fen: 300, why: "破损" }, ["订单 01ab", "金额 ¥3.00", "原因：破损"]],
    [{ what: "write_off", order_id: "01ab", why: "没下单" }, ["核销", "订单 01ab", "原因：没下单"]],
    [{ line: 7, price_fen: 850, why: "特价" }, ["改为 ¥8.50", "原因：特价"]],
    [{ line: 7, discount: { percent: 125 } }, ["优惠 12.5%"]],
    [{ discount: { amount: 500 } }, ["优惠 ¥5.00"]],
    [{ discount: null }, ["取消优惠"]],
    [{ what: "cash", total_fen: 4843 }, ["现金", "应收 ¥48.43"]],
    [{ what: "catalogue_imported", file: "a.csv", why: "磁盘满" }, ["导入商品", "a.csv", "原因：磁盘满"]],
    [{ id: "9001", name: "陈志远", role: "installer", active: false }, ["9001", "陈志远", "安装员", "停用"]],
    [{ key: "sale.rounding" }, ["sale.rounding"]],
    [{ database: "live", file: "live-1.db", from: "command_line" }, ["live", "live-1.db", "用命令行"]],
    [{ how: "idle" }, ["无人操作"]],
    [{ how: "key" }, []],
    [{}, []],
  ])("of %j", (detail, words) => {
    expect(detailWords(JSON.stringify(detail))).toEqual(words);
  });

  it("leaves nothing out that a newer till has written, nor what is no JSON", () => {
    expect(detailWords('{"shelf":3,"of":"\\u202egolb"}')).toEqual(["shelf: 3", "of:  golb"]);
    expect(detailWords("half a li")).toEqual(["half a li"]);
    expect(detailWords('{"constructor":3,"what":"toString"}')).toEqual(["constructor: 3", "toString"]);
  });

  it("speaks English as well", () => {
    speak("en");
    expect(detailWords('{"what":"reverse","order_id":"01ab"}')).toEqual(["Reverse and refund", "Order 01ab"]);
  });
});
