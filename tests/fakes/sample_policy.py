"""An invented policy (演示) and its parts, written into files of each kind by the other fakes."""

from dataclasses import dataclass, replace

ISSUERS = ("济宁市人力资源和社会保障局", "济宁市财政局")
TABLE = (
    ("借款主体", "最高额度", "期限"),
    ("个人", "30万元", "3年"),
    ("小微企业", "400万元", "2年"),
)


@dataclass(frozen=True)
class SamplePolicy:
    """The parts of a notice with a red head; each paragraph is a line of ``body``."""

    number: str = "济演发〔2023〕12号"
    title: str = "关于印发济宁市创业担保贷款实施办法（演示）的通知"
    issued: str = "2023年9月15日"
    limit: str = "30万元"
    closing: str = (
        "第六条 本办法自2023年10月1日起施行，有效期至2028年9月30日。"
        "原《济宁市创业担保贷款管理办法（演示）》（济演发〔2019〕3号）同时废止。"
    )

    @property
    def body(self) -> tuple[str, ...]:
        """All paragraphs between title and signature."""
        return (
            "各县（市、区）人力资源和社会保障局、财政局：",
            "为支持劳动者创业，根据有关规定，制定本办法，现印发给你们，请遵照执行。",
            "第一章 总则",
            "第一条 为规范创业担保贷款管理，支持重点群体自主创业，制定本办法。本文内容为演示，"
            "不是真实政策，文中的额度、期限和条件都是编写的，只用来试验程序。",
            "第二条 本办法所称创业担保贷款，是指由担保基金提供担保、财政给予贴息的贷款。",
            "第二章 额度和条件",
            f"第三条 个人创业担保贷款最高额度为{self.limit}，期限最长3年。",
            "第四条 申请人应当同时符合下列条件：",
            "（一）具有完全民事行为能力；",
            "（二）在本市创办企业或者从事个体经营，依法取得营业执照；",
            "（三）除助学贷款、住房贷款、购车贷款以外，没有其他贷款。",
            "第五条 担保基金对单个经办银行的担保余额，按照基金实有金额的倍数确定，"
            "具体倍数由市财政局会同有关部门另行规定，并向社会公布。",
            self.closing,
        )

    def revised(self, **changes: str) -> "SamplePolicy":
        """The same notice with some parts changed."""
        return replace(self, **changes)


def plain_lines(policy: SamplePolicy) -> list[str]:
    """The notice as the lines of a plain text."""
    return [
        f"{ISSUERS[0]} {ISSUERS[1]}文件",
        policy.number,
        policy.title,
        *policy.body,
        *ISSUERS,
        policy.issued,
    ]
