//! A journal with a replica keeps the contract of every journal.

mod strict {
    use store::Ack;
    use store::conformance::Subject;

    use crate::place::Place;

    async fn journal() -> (Subject, Place) {
        let place = Place::new(Ack::Strict);
        (place.open().await, place)
    }

    store::conformance!(journal);
}

mod soon {
    use store::Ack;
    use store::conformance::Subject;

    use crate::place::Place;

    async fn journal() -> (Subject, Place) {
        let place = Place::new(Ack::Async);
        (place.open().await, place)
    }

    store::conformance!(journal);
}
