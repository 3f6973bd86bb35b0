//! 命令和选项的中文说明。

/// What a command does in one line, and what the long help says after it. The program itself has no path.
pub(super) fn command(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "" => (
            "不开窗口，设置和查看收银台",
            "\n\n收银台运行时也可以读取；要更改数据，须先关闭收银台。\n\
             用收银台设置的语言；没有设置时用系统的语言（LC_ALL、LC_MESSAGES、LANG）。\n\
             退出状态：0 完成，1 失败，2 无法理解，或只完成了一部分。",
        ),
        "help" => ("显示说明", ""),
        "config" => ("读取和更改设置", ""),
        "config get" => ("显示一项设置：已设置的值，否则默认值", "；两者都没有时退出状态为 1"),
        "config set" => ("更改一项设置", "；可以不设的项，给空值即取消"),
        "config list" => ("列出全部设置", ""),
        "secret" => ("保存签名用的密钥", ""),
        "secret set" => ("从标准输入读入密钥，存入系统钥匙串", "；末尾的一个换行会去掉"),
        "catalogue" => ("可以扫码的商品", ""),
        "catalogue import" => (
            "添加商品，条码已有的则更新：读得懂的全部导入，或一种也不导入",
            "\n\n文件为 CSV（UTF-8 或 GB18030，以逗号、制表符或分号分隔）或 XLSX。标题行用中文或英文说明各列：\
             条码、品名、售价；有的话还可以有其他条码、单位、分类、状态。读不懂的行会跳过并逐行说明，退出状态为 2。\n\
             同一条码有多行时，以最后一行为准。文件没有提到的内容保持不变。",
        ),
        "catalogue export" => ("把全部商品写入一个新的 CSV 文件，可以原样导入", ""),
        "catalogue search" => (
            "按品名的一部分、拼音首字母或条码的一部分查找商品，最相符的在前",
            "\n\n每行是条码、售价和品名，以制表符分隔；最多 50 种。",
        ),
        "promotions" => ("店里自动优惠的规则", ""),
        "promotions import" => (
            "用文件里的促销规则替换现有的：全部替换，或完全不变",
            "\n\n文件是 JSON 列表，每项有 name（名称）、rule（over 满 off 减、every 每满 off 减、item 第几件 at 百分之几%、\
             N for M）；不是全部商品时还有 barcodes（条码）。",
        ),
        "promotions export" => ("把现有的促销规则写入一个新文件，可以原样导入", ""),
        "receipts" => ("卖了什么，结果如何", ""),
        "receipts list" => ("列出交易，新的在前，结果未知的排在最前", ""),
        "receipts show" => ("显示一笔交易的全部记录：提交、事件和退款", ""),
        "cashier" => ("在收银台工作的员工", ""),
        "cashier add" => (
            "添加员工；密码从标准输入读入，4 到 8 位数字",
            "\n\n第一名须为安装员（installer）。有了员工，收银台从下次启动起要先登录。",
        ),
        "cashier list" => ("列出全部员工", ""),
        "cashier disable" => ("停用一名员工，不能再登录", "；以前的记录仍保留"),
        "cashier enable" => ("让停用的员工重新可以登录", ""),
        "cashier set-pin" => ("更换一名员工的密码，从标准输入读入", "；输错后的等待也随之结束"),
        "cashier set-role" => ("更改一名员工的角色", ""),
        "audit" => ("谁做了什么的日志", ""),
        "audit list" => ("列出日志，新的在前", ""),
        "sandbox" => ("在本机运行一个练习和测试用的网关", ""),
        "sign" => ("按收银台的方法给请求签名，用来与其他程序对照", SIGN),
        "doctor" => ("从头到尾检查正式收款的设置，并寻找签名方案", DOCTOR),
        "backup" => ("备份收银台的数据库，收银时也可以", BACKUP),
        "verify" => ("检查数据库或备份是否完好、前后一致", VERIFY),
        "restore" => ("用备份替换收银台的数据库；收银台须先关闭", RESTORE),
        _ => return None,
    })
}

/// An option or an argument, by its command's path and its own id.
pub(super) fn argument(path: &str, id: &str) -> Option<&'static str> {
    match id {
        "help" => return Some("显示说明"),
        "version" => return Some("显示版本"),
        "data_dir" => return Some("收银台的数据文件夹；未给出时用 YIMA_DATA_DIR，再没有则用系统的通常位置"),
        "subcommand" => return Some("要说明的命令"),
        _ => {}
    }
    OWN_TEXTS.iter().find(|(path_of, id_of, _)| (*path_of, *id_of) == (path, id)).map(|(_, _, text)| *text)
}

const OWN_TEXTS: &[(&str, &str, &str)] = &[
    ("config get", "key", "设置项的名称"),
    ("config set", "key", "设置项的名称"),
    ("config set", "value", "新的值"),
    ("config list", "json", "输出一个 JSON 对象：每个名称和它的值，没有值的为 null"),
    ("config list", "explain", "同时说明每一项的用途和可用的值"),
    ("secret set", "name", "app_secret，或 rsa_private_key（PEM）"),
    ("secret set", "insecure_file", "不加密存入只有您能读的文件；以后每次启动都会提醒"),
    ("catalogue import", "file", "要导入的文件"),
    ("catalogue import", "mode", "导入到这个模式，而不是当前设置的模式"),
    ("catalogue import", "preview", "只说明怎样理解这个文件，不导入"),
    ("catalogue export", "file", "要写入的新文件"),
    ("catalogue export", "mode", "导出这个模式的商品，而不是当前设置的模式"),
    ("promotions import", "file", "要导入的文件"),
    ("promotions export", "file", "要写入的新文件"),
    ("catalogue search", "text", "要找的内容"),
    ("catalogue search", "mode", "在这个模式里查找，而不是当前设置的模式"),
    ("receipts list", "json", "输出一个 JSON 数组；金额是以元为单位的精确小数文本"),
    ("receipts list", "day", "只看某一天（北京时间），如 2026-11-22"),
    ("receipts list", "limit", "最多列出多少笔"),
    ("receipts list", "mode", "查看这个模式，而不是当前设置的模式"),
    ("receipts show", "name", "小票号或订单号；只给末尾几位也可以"),
    ("receipts show", "json", "输出一个 JSON 对象；金额是以元为单位的精确小数文本"),
    ("receipts show", "mode", "查看这个模式，而不是当前设置的模式"),
    ("cashier add", "id", "编号，随每个订单作为 cashier_id 发送"),
    ("cashier add", "name", "姓名"),
    ("cashier add", "role", "角色：cashier 收银员，supervisor 主管，installer 安装员"),
    ("cashier list", "json", "输出一个 JSON 数组"),
    ("cashier disable", "id", "员工编号"),
    ("cashier enable", "id", "员工编号"),
    ("cashier set-pin", "id", "员工编号"),
    ("cashier set-role", "id", "员工编号"),
    ("cashier set-role", "role", "角色：cashier 收银员，supervisor 主管，installer 安装员"),
    ("audit list", "json", "输出一个 JSON 数组，新的在前"),
    ("audit list", "limit", "最多列出多少行"),
    ("sandbox", "port", "在 127.0.0.1 上的端口；0 表示任意空闲端口"),
    ("sandbox", "app_id", "要服务的应用编号，1 到 32 个字符"),
    ("sandbox", "secret_file", "存有应用密钥的文件：请求用 MD5 签名"),
    ("sandbox", "rsa_public_key", "存有应用公钥的 PEM 文件：请求用 RSA 签名"),
    (
        "sandbox",
        "profile",
        "应用的签名方案，写成 名称=值，用逗号分隔；第一个值是默认：secret_key=app_sercet|app_secret，\
         sign_type_signed=true|false，md5_output=base64_upper_hex|upper_hex，rsa_digest=sha256|sha1；\
         amount_form=either|string|number 规定金额的写法",
    ),
    (
        "sandbox",
        "apps",
        "存有更多应用的 JSON 文件：[{\"app_id\": \"…\", \"app_secret\": \"…\" 或 \"rsa_public_key\": \"PEM\", \
         \"profile\": {\"md5_output\": \"upper_hex\"}, \"enabled\": true}, …]；profile 和 enabled 可省略，\
         enabled 为 false 的应用得到 5000",
    ),
    ("sandbox", "state", "把订单、退款和余额存入这个文件，重新启动后还在"),
    ("sandbox", "pay_after", "待付款的订单在多少秒后自动付款"),
    ("sandbox", "refund_after", "每笔退款处理多少秒"),
    (
        "sandbox",
        "pay_code",
        "顾客付款码的结果：pays 立即付款（1000），waits 等顾客输密码（1002），declines 拒绝（1001）",
    ),
    ("sandbox", "discount", "每个订单的会员优惠，单位为分：应付比合计少这么多"),
    ("sandbox", "subsidy", "支付渠道的补贴，单位为分：实付比应付少这么多"),
    ("sandbox", "balance", "可用来退款的余额，单位为分；不给出则不限。已有状态文件时以文件为准"),
    ("sandbox", "requests_per_second", "一秒内超过多少次请求就回答太频繁（5002）"),
    ("sandbox", "date_offset", "Date 头的时钟快多少秒，负数为慢"),
    ("sandbox", "look_up_first", "先查订单再验签：没有的订单直接回答 4001"),
    ("doctor", "find_profile", "签名被拒绝时，每隔半秒试一个其他签名方案，直到被接受"),
    ("doctor", "save", "找到的方案不再询问，直接保存；收银台须先关闭"),
    (
        "doctor",
        "json",
        "输出一个 JSON 对象：healthy、saved，以及各项检查的 outcome（ok、warning、failed、skipped）、code 和 data",
    ),
    ("backup", "to", "只备份销售数据，存到这个位置；那里不能已有文件"),
    ("backup", "mode", "备份这个模式，而不是当前设置的模式"),
    ("verify", "file", "数据库或备份；不给出则检查收银台正在用的"),
    ("verify", "mode", "检查这个模式，而不是当前设置的模式"),
    ("restore", "file", "备份文件；不给出则用 `backups` 文件夹里最新的完好备份"),
    ("restore", "database", "文件名看不出时，指定它替换哪一个；没有 FILE 时默认为收银台正在用的"),
];

/// For the test that holds them to the commands there are.
#[cfg(test)]
pub(super) fn own_arguments() -> impl Iterator<Item = (&'static str, &'static str)> {
    OWN_TEXTS.iter().map(|(path, id, _)| (*path, *id))
}

const SIGN: &str = "

从标准输入逐行读入 JSON，每行输出一行 JSON，次序不变。

输入的一行：
  {\"body\": \"<请求的 JSON 文本，不含 sign>\", \"sign_type\": \"MD5\" 或 \"RSA\",
   \"profile\": {\"secret_key\": \"app_sercet\", \"sign_type_signed\": true, \"md5_output\": \"base64_upper_hex\",
               \"rsa_digest\": \"sha256\", \"amount_form\": \"string\"},
   \"app_secret\": \"...\"（MD5 用）, \"private_key_file\": \"PEM 文件的路径\"（RSA 用）}
profile 中没有给出的项用这里所示的值；一行中的其他键会忽略。一行最多 1 MiB。

输出的一行：
  {\"canonical\": \"<参与签名的文本>\", \"sign\": \"<签名>\"}
  {\"error\": {\"code\": \"...\", \"message\": \"...\"}}（message 是英文）
用 MD5 时 canonical 含有密钥：请不要把输出给别人看。
已经到达的各行同时签名，有几个处理器核心就同时签几行。密钥文件只读一次。某一行出错不会中断，退出状态仍为 0。";

const DOCTOR: &str = "

设置、密钥、代理、域名、连接、TLS、时钟、延迟，以及网关是否接受我们的签名。
不动钱，也不下订单：查询一个不可能存在的订单号（/pay/check），这样还判断不了时再查询一分钟内的订单（/order/list）。
收银台运行时也可以用，与当前模式无关。
退出状态：0 没有失败，1 有失败。";

const BACKUP: &str = "

把销售数据和设置复制到旁边的 `backups` 文件夹并核对；收银台自己每小时也备份到那里。
保留最新的 48 份，以及 30 天里每天的最后一份。正式模式的商品库有变动时也备份，保留 3 份。备份里没有密钥。";

const VERIFY: &str = "

数据页和索引，记录之间的指向，每笔交易的事件是否连续，交易与其事件是否相符，以及商品、发送的内容、提交、退款、小票和购物车；
正式模式的商品库只看数据页、索引和记录之间的指向。
只读取，收银台运行时也可以用。
退出状态：0 没有发现问题，1 有问题，或无法读取。";

const RESTORE: &str = "

先核对备份；现有的数据库会移到一旁，不会删除。备份之后的交易不在其中：收银台会标记为已恢复，
先从网关的订单列表补记缺少的订单，然后才能收款；从此小票号加一个字母。恢复商品或设置不作标记。";

/// As `Refusal::code` has them.
pub(crate) const SIGN_CODES: &str = "\
错误代码：
  line_too_long      一行超过 1 MiB；已跳过
  bad_line           不是一个 UTF-8 的 JSON 对象，或其中有重复的键
  bad_field          body、sign_type、app_secret 或 private_key_file 缺少，或类型不对
  bad_profile        没有这样的签名方案的键或值
  body_not_object    body 不是一个 JSON 对象
  duplicate_key      body 的某个对象中有重复的键
  bad_string         body 中有字符串不是合法的 Unicode
  sign_type_differs  body 里的 sign_type 与这一行的不同
  secret_missing     用 MD5 却没有 app_secret，或它是空的
  secret_in_body     body 里有与应用密钥同名的字段
  key_missing        用 RSA 却没有 private_key_file
  key_file           密钥文件无法读取
  key_not_pem        文件不是 PEM 文本
  key_public         这是公钥或证书
  key_encrypted      私钥有密码保护
  key_unreadable     不是 PKCS#8 或 PKCS#1 的 RSA 私钥
  key_size           少于 1024 位或多于 4096 位
  rsa_failed         这个密钥签不了名";
