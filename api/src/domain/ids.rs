//! Ids: a prefix that tells the type, and a time-ordered UUID (version 7, RFC 9562).

use std::fmt;

use uuid::{ContextV7, Timestamp, Uuid};

use super::clock::Moment;
use super::error::Refusal;

/// Keeps ids made within one millisecond in order.
static CONTEXT: std::sync::Mutex<ContextV7> = std::sync::Mutex::new(ContextV7::new());

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $prefix:literal,)*) => {
        /// The kinds of thing that have an id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// The letters before the underscore.
            #[must_use]
            pub const fn prefix(self) -> &'static str {
                match self { $(Self::$kind => $prefix,)* }
            }

            fn from_prefix(prefix: &str) -> Option<Self> {
                match prefix { $($prefix => Some(Self::$kind),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A business.
    Business = "biz",
    /// A person.
    User = "usr",
    /// A person's role in a business.
    Membership = "mem",
    /// A place with an address and a time zone.
    Location = "loc",
    /// A hall or room that can hold seats.
    Venue = "ven",
    /// Somebody or something that can be booked.
    Resource = "res",
    /// Something that customers can book.
    Offer = "off",
    /// One edition of an offer's terms.
    OfferVersion = "ofv",
    /// A resource that an offer version may use.
    OfferVersionResource = "ovr",
    /// A weekly opening time.
    OpeningHours = "hrs",
    /// A dated exception to the weekly opening times.
    HoursException = "hex",
    /// A booking.
    Booking = "bkg",
    /// A line of a booking's bill.
    BookingLine = "bkl",
    /// A private note on a booking.
    BookingNote = "nte",
    /// A piece of work that fulfils a booking.
    FulfillmentUnit = "ful",
    /// A payment.
    Payment = "pay",
    /// A package that customers can buy.
    PackageProduct = "pkg",
    /// A package that a customer bought, or was given.
    PackagePurchase = "pur",
    /// A change of a package's sessions.
    PackageLedgerEntry = "led",
    /// A class that is held again and again.
    ClassSchedule = "cls",
    /// One class of a schedule, on its day.
    ClassOccurrence = "occ",
    /// A customer's places in a class.
    Enrollment = "enr",
    /// Places in a class that are promised for a while.
    PlaceReservation = "rsv",
    /// A class that could not be put into the timetable.
    ClassCollision = "col",
    /// A stretch of a resource's time that is taken.
    Claim = "clm",
    /// A plan of a venue's seats.
    SeatMap = "map",
    /// A seat of a map.
    Seat = "sea",
    /// Seats that are kept for somebody for a while.
    SeatHold = "shd",
    /// Somebody's seat at a class.
    OccurrenceSeat = "ocs",
    /// A queue.
    Queue = "que",
    /// Somebody's place in a queue.
    QueueEntry = "qen",
    /// Something that happened in a queue.
    QueueEvent = "qev",
    /// A place that is offered to somebody on a waitlist.
    WaitlistOffer = "wlo",
    /// What is being given out by a waitlist.
    WaitlistRound = "wlr",
    /// A domain event.
    Event = "evt",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Kind {
    /// Makes a new id; ids made later sort later.
    #[must_use]
    pub fn mint(self, now: Moment) -> String {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let context = CONTEXT
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let uuid = Uuid::new_v7(Timestamp::from_unix(
            &*context,
            seconds,
            now.timestamp_subsec_nanos(),
        ));
        format!("{}_{}", self.prefix(), uuid.simple())
    }

    /// What kind of thing `id` names, when it is a well-formed id.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        let (prefix, uuid) = id.split_once('_')?;
        let well_formed = uuid.len() == 32
            && uuid
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Self::from_prefix(prefix).filter(|_| well_formed)
    }

    /// Takes `id` from an input field, if it is of this kind.
    ///
    /// # Errors
    /// `INVALID_INPUT` at `field` otherwise.
    pub fn accept(self, id: &str, field: &str) -> Result<String, Refusal> {
        match Self::of(id) {
            Some(kind) if kind == self => Ok(id.to_owned()),
            Some(other) => Err(Refusal::invalid(
                field,
                format!("Expected the id of a {self}, not of a {other}."),
            )),
            None => Err(Refusal::invalid(
                field,
                format!("Expected the id of a {self}, such as {}_….", self.prefix()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let now = "2026-03-01T09:00:00Z".parse().unwrap();
        let ids: Vec<_> = (0..1000).map(|_| Kind::Booking.mint(now)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| Kind::of(id) == Some(Kind::Booking)));
    }

    #[test]
    fn only_an_id_of_the_right_kind_is_taken() {
        let offer = Kind::Offer.mint("2026-03-01T09:00:00Z".parse().unwrap());
        assert!(Kind::Offer.accept(&offer, "offerId").is_ok());
        assert!(Kind::Booking.accept(&offer, "bookingId").is_err());
        for garbage in ["", "off_", "off", "off_zz", "off_\u{0}", "_", "bkg_0192F"] {
            assert_eq!(Kind::of(garbage), None, "{garbage}");
        }
    }
}
