"""Classified envelopes: only what stands on the outside. Their content never enters this system."""
# ruff: noqa: E501
# fmt: off

from documents.demo.letters.shape import EnvelopeData

ENVELOPES: tuple[EnvelopeData, ...] = (
    EnvelopeData("中共江川省委保密委员会办公室", "confidential_post", "江机要〔2026〕第3071号", 1, "good", 44, "09:50"),
    EnvelopeData("江川省人民政府办公厅", "exchange", "省机交〔2026〕10-0466", 2, "good", 29, "10:20"),
    EnvelopeData("江川省市场监督管理局", "confidential_post", "江机要〔2026〕第3518号", 1, "good", 17, "14:35"),
    EnvelopeData("中共江川省委网络安全和信息化委员会办公室", "exchange", "省机交〔2026〕11-0622", 1, "good", 8, "09:25"),
    EnvelopeData("江川省审计厅", "confidential_post", "江机要〔2026〕第3796号", 1, "damaged", 3, "15:30"),
    EnvelopeData("中共江川省委机构编制委员会办公室", "exchange", "省机交〔2026〕11-1402", 1, "good", 1, "14:05"),
    EnvelopeData("江川省人民政府办公厅", "exchange", "省机交〔2026〕11-1433", 2, "good", 0, "08:50"),
)
