//! Products: looked up at every scan, imported now and then.

use yima_core::{Barcode, Product};

use crate::table::products::{Products, ProductsMut};
use crate::{Store, StoreError, sample};

impl Store {
    pub async fn product(&self, barcode: &Barcode) -> Result<Option<Product>, StoreError> {
        let barcode = barcode.clone();
        self.look_up(move |connection| Ok(Products(connection).get(&barcode)?)).await
    }

    pub async fn product_count(&self) -> Result<u32, StoreError> {
        self.read(|connection| Ok(Products(connection).count()?)).await
    }

    /// Adds all products or none; of those with the same barcode the last one stays.
    pub async fn import_products(&self, products: Vec<Product>) -> Result<(), StoreError> {
        self.write(move |transaction| {
            products.iter().try_for_each(|product| Ok(ProductsMut(transaction).put(product)?))
        })
        .await
    }

    /// Adds the sample catalogue where there are no products at all; says whether it did.
    pub async fn seed_if_empty(&self) -> Result<bool, StoreError> {
        self.write(|transaction| {
            if Products(transaction).count()? > 0 {
                return Ok(false);
            }
            for product in sample::products() {
                ProductsMut(transaction).put(&product)?;
            }
            Ok(true)
        })
        .await
    }
}
