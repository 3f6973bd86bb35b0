//! Which column of a catalogue file is which, by its heading in either language.

use super::fold;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Barcode,
    MoreBarcodes,
    Title,
    Price,
    Unit,
    Category,
    Active,
}

/// Why a file's first row says too little.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadingError {
    #[error("its first line has no column \"{}\"", .0.heading())]
    Missing(Column),
    #[error("two columns, \"{first}\" and \"{second}\", are the {}", .column.heading())]
    Twice { column: Column, first: String, second: String },
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    headings: Vec<(String, Option<Column>)>,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::Barcode,
        Self::MoreBarcodes,
        Self::Title,
        Self::Price,
        Self::Unit,
        Self::Category,
        Self::Active,
    ];
    const NEEDED: [Self; 3] = [Self::Barcode, Self::Title, Self::Price];

    /// As an export calls it.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Barcode => "barcode",
            Self::MoreBarcodes => "more_barcodes",
            Self::Title => "title",
            Self::Price => "price",
            Self::Unit => "unit",
            Self::Category => "category",
            Self::Active => "active",
        }
    }

    fn named(heading: &str) -> Option<Self> {
        let heading = fold(heading);
        Self::ALL.into_iter().find(|column| column.names().contains(&heading.as_str()))
    }

    /// Folded.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Barcode => &[
                "barcode",
                "条码",
                "条形码",
                "商品条码",
                "国际条码",
                "主条码",
                "货号",
                "编码",
                "code",
                "ean",
                "upc",
                "sku",
            ],
            Self::MoreBarcodes => &[
                "morebarcodes",
                "其他条码",
                "附加条码",
                "辅助条码",
                "更多条码",
                "一品多码",
                "副条码",
                "otherbarcodes",
            ],
            Self::Title => &[
                "title",
                "name",
                "品名",
                "名称",
                "商品名称",
                "商品",
                "货名",
                "productname",
                "product",
                "description",
            ],
            Self::Price => &[
                "price",
                "价格",
                "售价",
                "单价",
                "零售价",
                "销售价",
                "价格元",
                "售价元",
                "单价元",
                "零售价元",
                "销售价元",
                "retailprice",
                "saleprice",
            ],
            Self::Unit => &["unit", "单位", "计量单位", "销售单位"],
            Self::Category => {
                &["category", "分类", "类别", "品类", "商品分类", "商品类别", "group", "department"]
            }
            Self::Active => {
                &["active", "状态", "商品状态", "启用", "是否启用", "在售", "上架", "status", "enabled"]
            }
        }
    }
}

impl Columns {
    /// A column that nobody knows is left aside.
    pub fn read(headings: &[&str]) -> Result<Self, HeadingError> {
        let columns = Self::named(headings);
        columns.check()?;
        Ok(columns)
    }

    /// Takes each heading for what it says, though that may be too little.
    #[must_use]
    pub fn named(headings: &[&str]) -> Self {
        let read = |heading: &&str| ((*heading).to_owned(), Column::named(heading));
        Self { headings: headings.iter().map(read).collect() }
    }

    /// The same headings, taken for what somebody says: one entry for each; what lies beyond is left aside.
    #[must_use]
    pub fn chosen(mut self, columns: &[Option<Column>]) -> Self {
        let chosen = columns.iter().copied().chain(std::iter::repeat(None));
        self.headings.iter_mut().zip(chosen).for_each(|((_, of), column)| *of = column);
        self
    }

    /// Whether it says enough, and nothing twice.
    pub fn check(&self) -> Result<(), HeadingError> {
        for (place, (heading, of)) in self.headings.iter().enumerate() {
            if let Some(column) = *of
                && let Some(first) = self.place(column).filter(|first| *first < place)
            {
                let first = self.headings[first].0.clone();
                return Err(HeadingError::Twice { column, first, second: heading.clone() });
            }
        }
        match Column::NEEDED.into_iter().find(|column| self.place(*column).is_none()) {
            None => Ok(()),
            Some(column) => Err(HeadingError::Missing(column)),
        }
    }

    /// How many columns are known.
    #[must_use]
    pub fn known(&self) -> usize {
        self.headings.iter().filter(|(_, of)| of.is_some()).count()
    }

    /// Each heading of the file, and what is taken from there.
    #[must_use]
    pub fn headings(&self) -> &[(String, Option<Column>)] {
        &self.headings
    }

    /// The cell of that column; empty where the row is shorter, `None` where the file has no such column.
    pub(super) fn cell<'c>(&self, column: Column, cells: &[&'c str]) -> Option<&'c str> {
        self.place(column).map(|place| cells.get(place).copied().unwrap_or(""))
    }

    /// Whether a row of so many cells can be one of this file.
    pub(super) fn fits(&self, cells: &[&str]) -> bool {
        let needed = Column::NEEDED.into_iter().filter_map(|column| self.place(column)).max();
        let too_short = needed.is_none_or(|last| cells.len() <= last);
        !too_short && cells.iter().skip(self.headings.len()).all(|cell| cell.is_empty())
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.headings.iter().position(|(_, of)| *of == Some(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_headings_in_any_order_and_either_language() {
        let read =
            Columns::read(&["序号", "商品名称", "零售价(元)", "条形码", "计量单位", "分类", "状态"]).unwrap();
        let found: Vec<_> = read.headings().iter().map(|(_, column)| *column).collect();
        let expected =
            [Column::Title, Column::Price, Column::Barcode, Column::Unit, Column::Category, Column::Active];
        assert_eq!(found[0], None);
        assert_eq!(found[1..], expected.map(Some));
        let english = Columns::read(&["Barcode", "TITLE", " price ", "More barcodes"]).unwrap();
        assert_eq!(english.cell(Column::MoreBarcodes, &["1", "a", "2"]), Some(""));
        assert_eq!(english.cell(Column::Unit, &["1", "a", "2"]), None);
        for column in Column::ALL {
            assert_eq!(Column::named(column.heading()), Some(column));
        }
    }

    #[test]
    fn what_a_heading_does_not_say_somebody_may() {
        let columns = Columns::named(&["No.", "what", "price", "价格"]);
        assert_eq!(columns.known(), 2);
        assert!(matches!(columns.check(), Err(HeadingError::Twice { column: Column::Price, .. })));
        let chosen = columns.chosen(&[Some(Column::Barcode), Some(Column::Title), None, Some(Column::Price)]);
        assert_eq!(chosen.check(), Ok(()));
        assert_eq!(chosen.cell(Column::Price, &["1", "a", "2", "3"]), Some("3"));
        assert_eq!(chosen.chosen(&[]).check(), Err(HeadingError::Missing(Column::Barcode)));
    }

    #[test]
    fn a_first_row_that_says_too_little_or_twice_is_refused() {
        let missing = |headings: &[&str], column| {
            assert_eq!(Columns::read(headings), Err(HeadingError::Missing(column)), "{headings:?}");
        };
        missing(&[], Column::Barcode);
        missing(&["1", "a", "1"], Column::Barcode);
        missing(&["barcode", "price"], Column::Title);
        missing(&["条码", "品名"], Column::Price);
        assert!(matches!(
            Columns::read(&["条码", "品名", "售价", "价格"]),
            Err(HeadingError::Twice { column: Column::Price, .. })
        ));
    }
}
