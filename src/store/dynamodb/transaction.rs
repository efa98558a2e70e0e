//! Writes, one or many in one step.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use dynamo::DynamoError;

use super::DynamoStore;
use super::items::Item;
use super::keys::ItemKey;

/// Changes of the attributes of one item.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemUpdate {
    sets: Vec<&'static str>,
    adds: Vec<&'static str>,
    removes: Vec<&'static str>,
    attributes: HashMap<&'static str, AttributeValue>,
}

impl ItemUpdate {
    pub(super) fn set(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.sets.push(name);
        self.attributes.insert(name, value);
        self
    }

    /// Sets a number that is there already, or begins with it, higher or lower.
    pub(super) fn add(mut self, name: &'static str, difference: AttributeValue) -> Self {
        self.adds.push(name);
        self.attributes.insert(name, difference);
        self
    }

    pub(super) fn remove(mut self, name: &'static str) -> Self {
        self.removes.push(name);
        self
    }

    pub(super) fn set_or_remove(self, name: &'static str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self.remove(name),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.adds.is_empty() && self.removes.is_empty()
    }

    /// The attributes that are set, for an item that is not there yet.
    pub(super) fn into_attributes(self) -> Item {
        let attributes = self.attributes.into_iter();
        attributes
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn expression(&self) -> String {
        let of = |clause: &str, names: &[&str], each: fn(&str) -> String| {
            let names: Vec<String> = names.iter().map(|name| each(name)).collect();
            if names.is_empty() {
                return String::new();
            }
            format!("{clause} {} ", names.join(", "))
        };
        let set = of("SET", &self.sets, |name| format!("{name} = :{name}"));
        let add = of("ADD", &self.adds, |name| format!("{name} :{name}"));
        let remove = of("REMOVE", &self.removes, ToOwned::to_owned);
        format!("{set}{add}{remove}")
    }

    fn values(&self, condition: &WriteCondition) -> Option<Item> {
        let own = self.attributes.iter();
        let own = own.map(|(name, value)| (format!(":{name}"), value.clone()));
        let values: Item = own.chain(condition.values()).collect();
        (!values.is_empty()).then_some(values)
    }
}

/// What must hold of an item for it to be written.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteCondition {
    expression: Option<&'static str>,
    values: Vec<(&'static str, AttributeValue)>,
}

impl WriteCondition {
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn new(expression: &'static str) -> Self {
        Self {
            expression: Some(expression),
            values: Vec::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.values.push((name, value));
        self
    }

    fn expression(&self) -> Option<String> {
        self.expression.map(ToOwned::to_owned)
    }

    fn values(&self) -> impl Iterator<Item = (String, AttributeValue)> {
        let values = self.values.iter();
        values.map(|(name, value)| ((*name).to_owned(), value.clone()))
    }

    fn values_if_any(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| self.values().collect())
    }
}

/// Writes that are made all together or not at all, each of another item.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteTransaction {
    actions: Vec<WriteAction>,
}

#[derive(Clone, Debug)]
enum WriteAction {
    Put(Item, WriteCondition),
    Update(ItemKey, ItemUpdate, WriteCondition),
    Delete(ItemKey, WriteCondition),
    Check(ItemKey, WriteCondition),
}

impl WriteTransaction {
    pub(super) fn put(&mut self, item: Item, condition: WriteCondition) {
        self.actions.push(WriteAction::Put(item, condition));
    }

    pub(super) fn update(&mut self, key: ItemKey, update: ItemUpdate, condition: WriteCondition) {
        self.actions
            .push(WriteAction::Update(key, update, condition));
    }

    pub(super) fn delete(&mut self, key: ItemKey, condition: WriteCondition) {
        self.actions.push(WriteAction::Delete(key, condition));
    }

    /// Writes nothing, and has the others wait for a condition on another item.
    pub(super) fn check(&mut self, key: ItemKey, condition: WriteCondition) {
        self.actions.push(WriteAction::Check(key, condition));
    }

    /// The number of its actions, which is that of the reasons if it is canceled.
    pub(super) fn len(&self) -> usize {
        self.actions.len()
    }

    fn built(self, table: &str) -> Vec<TransactWriteItem> {
        let actions = self.actions.into_iter();
        actions.map(|action| action.built(table)).collect()
    }
}

impl WriteAction {
    fn built(self, table: &str) -> TransactWriteItem {
        let seen = ReturnValuesOnConditionCheckFailure::AllOld;
        let action = TransactWriteItem::builder();
        let action = match self {
            Self::Put(item, condition) => action.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item))
                    .set_condition_expression(condition.expression())
                    .set_expression_attribute_values(condition.values_if_any())
                    .return_values_on_condition_check_failure(seen)
                    .build()
                    .expect("table and item are given"),
            ),
            Self::Update(key, update, condition) => action.update(
                Update::builder()
                    .table_name(table)
                    .set_key(Some(key.item()))
                    .update_expression(update.expression())
                    .set_condition_expression(condition.expression())
                    .set_expression_attribute_values(update.values(&condition))
                    .return_values_on_condition_check_failure(seen)
                    .build()
                    .expect("table, key and expression are given"),
            ),
            Self::Delete(key, condition) => action.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(condition.expression())
                    .set_expression_attribute_values(condition.values_if_any())
                    .build()
                    .expect("table and key are given"),
            ),
            Self::Check(key, condition) => action.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(condition.expression())
                    .set_expression_attribute_values(condition.values_if_any())
                    .build()
                    .expect("table, key and condition are given"),
            ),
        };
        action.build()
    }
}

impl DynamoStore {
    /// Makes all writes of a transaction. `token` is that of this transaction alone: sent again with it, because the
    /// answer was lost, it is made once.
    pub(super) async fn transact(
        &self,
        transaction: WriteTransaction,
        token: &str,
    ) -> Result<(), DynamoError> {
        let actions = transaction.built(&self.table.name);
        let request = self
            .table
            .client
            .transact_write_items()
            .set_transact_items(Some(actions))
            .client_request_token(token);
        self.send(|| request.clone().send()).await?;
        Ok(())
    }

    /// Changes one item, if a condition holds. Says whether it did.
    pub(super) async fn update_if(
        &self,
        key: &ItemKey,
        update: &ItemUpdate,
        condition: &WriteCondition,
    ) -> Result<bool, DynamoError> {
        let request = self.update(key, update, condition);
        match self.send(|| request.clone().send()).await {
            Ok(_) => Ok(true),
            Err(DynamoError::ConditionFailed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn update(
        &self,
        key: &ItemKey,
        update: &ItemUpdate,
        condition: &WriteCondition,
    ) -> UpdateItemFluentBuilder {
        self.table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(key.item()))
            .update_expression(update.expression())
            .set_condition_expression(condition.expression())
            .set_expression_attribute_values(update.values(condition))
    }
}
