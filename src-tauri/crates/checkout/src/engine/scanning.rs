//! From a code to a line: goods, what the shop's scales printed, or a red row that somebody has to settle.

use yima_core::cart::{CartChange, CartError, Goods};
use yima_core::catalogue::Unit;
use yima_core::entry::{Entry, EntryError};
use yima_core::in_store_code::InStoreCode;
use yima_core::{Article, Barcode, Cart, Grams, Product, Quantity, Weighed};

use super::Engine;
use crate::terms::SameCode;
use crate::view::Notice;
use crate::{Clock, Gateway, Refusal, Screen, Store};

/// What a code stands for.
enum Scanned {
    /// By the piece; or a code that nobody knows.
    Pieces(Goods),
    Weighed(Product, Weighed),
    /// Sold by weight, which the code does not tell.
    Unweighed(Product),
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn scan(&mut self, code: &str, quantity: Quantity) -> Result<(), Refusal> {
        let barcode = Barcode::parse(code).map_err(|_| Refusal::CodeUnreadable)?;
        self.add_or_pay(barcode, quantity).await
    }

    pub(super) async fn enter(&mut self, text: &str) -> Result<(), Refusal> {
        match Entry::parse(text) {
            Ok(Entry::Goods { barcode, quantity }) => self.add_or_pay(barcode, quantity).await,
            Ok(Entry::Weighed { barcode, grams }) => {
                let scanned = self.meaning(barcode).await?.weighing(grams)?;
                self.add(scanned, Quantity::ONE).await
            }
            Ok(Entry::LastLine { quantity }) => {
                let line = self.last_touched()?;
                self.edit(|cart| cart.set_quantity(line, quantity)).await
            }
            Ok(Entry::LastWeight { grams }) => {
                let line = self.last_touched()?;
                self.edit(|cart| cart.set_weight(line, grams)).await
            }
            Err(EntryError::Quantity) => Err(Refusal::Cart(CartError::QuantityOutOfRange)),
            Err(EntryError::Weight) => Err(Refusal::WeightOutOfRange),
            Err(EntryError::Code) => Err(Refusal::CodeUnreadable),
        }
    }

    /// Goods, or a code that a customer pays with.
    async fn add_or_pay(&mut self, barcode: Barcode, quantity: Quantity) -> Result<(), Refusal> {
        match self.meaning(barcode.clone()).await {
            Err(Refusal::PaymentCode) => self.code_scanned(&barcode).await,
            scanned => self.add(scanned?, quantity).await,
        }
    }

    fn last_touched(&self) -> Result<yima_core::LineId, Refusal> {
        let last = self
            .front()
            .and_then(|open| open.touched.or_else(|| open.cart.lines().last().map(|line| line.id)));
        last.ok_or(Refusal::Cart(CartError::Empty))
    }

    /// Goods that have the whole code come first, then what the scales may have printed.
    async fn meaning(&self, barcode: Barcode) -> Result<Scanned, Refusal> {
        if let Some(article) = self.store.article(&barcode).await? {
            return sold(article).map(Scanned::of);
        }
        if let Some(code) = self.terms.scanning.in_store_codes.read(&barcode) {
            for item in &code.items {
                if let Some(article) = self.store.article(item).await? {
                    return labelled(sold(article)?, &code, barcode);
                }
            }
        }
        if barcode.looks_like_payment_code() {
            return Err(Refusal::PaymentCode);
        }
        Ok(Scanned::Pieces(Goods::Unknown(barcode)))
    }

    async fn add(&mut self, scanned: Scanned, quantity: Quantity) -> Result<(), Refusal> {
        let id = self.selling_cart().await?;
        let is_next = self.queue.first() != Some(&id);
        let same_code = self.terms.scanning.same_code;
        let change = self.change(id, |cart| scanned.into_cart(cart, quantity, same_code)).await?;
        if !is_next {
            self.outcome = None;
        }
        let Some(line) = change.line() else { return Ok(()) };
        let awaits_weight = line.awaits_weight();
        self.notify(match (line.title.clone(), is_next) {
            (_, true) => Notice::WentToNextCart { title: line.label().to_owned() },
            (Some(title), false) if awaits_weight => Notice::WeightMissing { title },
            (Some(title), false) => Notice::Scanned { title, quantity: line.quantity.get() },
            (None, false) => Notice::UnknownCode { barcode: line.barcode.to_string() },
        });
        Ok(())
    }
}

impl Scanned {
    fn of(article: Article) -> Self {
        match article.unit {
            Unit::Piece => Self::Pieces(Goods::Known(article.product)),
            Unit::Kilogram => Self::Unweighed(article.product),
        }
    }

    /// Somebody says what it weighs.
    fn weighing(self, grams: Grams) -> Result<Self, Refusal> {
        match self {
            Self::Unweighed(product) => Ok(Self::Weighed(product, Weighed::Grams(grams))),
            Self::Pieces(Goods::Known(product)) => Err(Refusal::NotWeighed { title: product.title }),
            Self::Weighed(product, _) => Err(Refusal::LabelledAlready { title: product.title }),
            unknown @ Self::Pieces(Goods::Unknown(_)) => Ok(unknown),
        }
    }

    fn into_cart(
        self,
        cart: &mut Cart,
        quantity: Quantity,
        same_code: SameCode,
    ) -> Result<CartChange, CartError> {
        match self {
            Self::Pieces(goods) if same_code == SameCode::Merge => cart.add(&goods, quantity),
            Self::Pieces(goods) => cart.add_line(&goods, quantity),
            // One label is one bag, and `3*` before apples may be three bags as well as three kilograms.
            Self::Weighed(..) | Self::Unweighed(_) if quantity != Quantity::ONE => Err(CartError::Weighed),
            Self::Weighed(product, weighed) => cart.add_weighed(&product, weighed),
            Self::Unweighed(product) => cart.add_unweighed(&product),
        }
    }
}

/// The goods, unless they are not sold any more.
fn sold(article: Article) -> Result<Article, Refusal> {
    if article.is_active { Ok(article) } else { Err(Refusal::NotForSale { title: article.product.title }) }
}

/// What the label says of goods that the catalogue knows. An amount on it is what the customer was shown, so it holds.
fn labelled(article: Article, code: &InStoreCode, whole: Barcode) -> Result<Scanned, Refusal> {
    let Article { product, unit, .. } = article;
    match (unit, code.amount_fen, code.grams) {
        (Unit::Kilogram, Some(amount), _) => Ok(Scanned::Weighed(product, Weighed::Amount(amount))),
        (Unit::Kilogram, None, Some(grams)) => Ok(Scanned::Weighed(product, Weighed::Grams(grams))),
        (Unit::Kilogram, None, None) => Ok(Scanned::Unweighed(product)),
        (Unit::Piece, Some(price_fen), _) => {
            Ok(Scanned::Pieces(Goods::Known(Product { price_fen, ..product })))
        }
        (Unit::Piece, None, Some(_)) => Err(Refusal::NotWeighed { title: product.title }),
        (Unit::Piece, None, None) => Ok(Scanned::Pieces(Goods::Unknown(whole))),
    }
}
