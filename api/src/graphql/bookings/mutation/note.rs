//! Private notes. Staff only.

use async_graphql::{Context, ID, Object};

use crate::domain::Error;
use crate::domain::bookings::notes;
use crate::domain::ids::Kind;
use crate::graphql::bookings::BookingNote;
use crate::graphql::bookings::input::{
    AddBookingNoteInput, DeleteBookingNoteInput, UpdateBookingNoteInput,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::Result;
use crate::graphql::payload::{call, payload};

payload! {
    /// What `addBookingNote` answers.
    AddBookingNotePayload {
        /// The note.
        note: BookingNote
    }
}

payload! {
    /// What `updateBookingNote` answers.
    UpdateBookingNotePayload {
        /// The note.
        note: BookingNote
    }
}

payload! {
    /// What `deleteBookingNote` answers.
    DeleteBookingNotePayload {
        /// The id that the note had.
        deleted_note_id: ID
    }
}

/// The mutations of private notes.
#[derive(Default)]
pub struct NoteMutation;

#[Object]
impl NoteMutation {
    /// Adds a private note to a booking. Staff only.
    async fn add_booking_note(
        &self,
        ctx: &Context<'_>,
        input: AddBookingNoteInput,
    ) -> Result<AddBookingNotePayload> {
        let call = call(
            "addBookingNote",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let added = async {
            let id = Kind::Booking
                .accept(&input.booking_id, "bookingId")
                .map_err(Error::from)?;
            let pinned = input.is_pinned.unwrap_or(false);
            notes::add(ctx.gateway(), ctx.viewer(), &id, input.note, pinned, call).await
        };
        AddBookingNotePayload::of(added.await, BookingNote::from)
    }

    /// Changes or pins a private note. Staff only.
    async fn update_booking_note(
        &self,
        ctx: &Context<'_>,
        input: UpdateBookingNoteInput,
    ) -> Result<UpdateBookingNotePayload> {
        let call = call(
            "updateBookingNote",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let updated = async {
            let id = Kind::BookingNote
                .accept(&input.note_id, "noteId")
                .map_err(Error::from)?;
            let (gateway, viewer) = (ctx.gateway(), ctx.viewer());
            notes::update(gateway, viewer, &id, input.note, input.is_pinned, call).await
        };
        UpdateBookingNotePayload::of(updated.await, BookingNote::from)
    }

    /// Deletes a private note. Staff only.
    async fn delete_booking_note(
        &self,
        ctx: &Context<'_>,
        input: DeleteBookingNoteInput,
    ) -> Result<DeleteBookingNotePayload> {
        let call = call(
            "deleteBookingNote",
            &input,
            input.idempotency_key.as_ref(),
            None,
        );
        let deleted = async {
            let id = Kind::BookingNote
                .accept(&input.note_id, "noteId")
                .map_err(Error::from)?;
            notes::delete(ctx.gateway(), ctx.viewer(), &id, call).await
        };
        DeleteBookingNotePayload::of(deleted.await, ID::from)
    }
}
