"""What makes a registration, a change of profile or a key order sound, beyond the types of its fields. Pure."""

import unicodedata
from collections.abc import Iterator
from http import HTTPStatus

import msgspec
from email_validator import EmailNotValidError, validate_email
from msgspec import UnsetType

from services.api.accounts.schemas import (
    LEAST_PASSWORD,
    MOST_EMAIL,
    MOST_NAME,
    MOST_PASSWORD,
    KeyOrder,
    ProfileChange,
    Registration,
)
from services.api.auth import Caller
from services.api.problems import ApiError, FieldError, input_invalid
from shared.languages import NATIVE_LANGUAGES

MOST_TYPED = 4 * MOST_PASSWORD
"""Characters of a password as it comes; none composes more than four of them to one."""


class Address(msgspec.Struct, frozen=True):
    """An e-mail address."""

    email: str
    """Normalised: NFC, the domain in lower case and in Unicode."""

    @property
    def key(self) -> str:
        """What makes it one account's: nobody tells addresses apart by their capitals."""
        return self.email.casefold()


class NewAccount(msgspec.Struct, frozen=True):
    """A registration that can be fulfilled."""

    address: Address
    password: str
    name: str
    native_language: str | None


class PasswordChange(msgspec.Struct, frozen=True):
    """A new password, and the one that it takes the place of. Both as they were typed."""

    current: str
    new: str


def new_account(registration: Registration) -> NewAccount:
    """The account that is asked for.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    address, errors = _address(registration.email)
    password = plain(registration.password)
    errors += _password_errors(password, registration.email)
    errors += _name_errors(registration.name)
    errors += _language_errors(registration.native_language)
    if errors or address is None:
        raise input_invalid(errors)
    return NewAccount(address, password, registration.name.strip(), registration.native_language)


def address_of(email: str) -> Address:
    """The address that somebody signs in with.

    Raises:
        ApiError: 400, it is none.
    """
    address, errors = _address(email)
    if address is None:
        raise input_invalid(errors)
    return address


def check_change(change: ProfileChange, email: str | None) -> PasswordChange | None:
    """Look at all that is to be changed; the password's change if there is to be one.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    errors: list[FieldError] = []
    if not isinstance(change.name, UnsetType):
        errors += _name_errors(change.name)
    if not isinstance(change.native_language, UnsetType):
        errors += _language_errors(change.native_language)
    errors += _change_of_password_errors(change, email)
    if errors:
        raise input_invalid(errors)
    if isinstance(change.password, UnsetType) or isinstance(change.current_password, UnsetType):
        return None
    return PasswordChange(change.current_password, change.password)


def check_key(order: KeyOrder, caller: Caller) -> None:
    """Look at the key that is to be made.

    Raises:
        ApiError: 400, naming every field that is wrong; 403, the scope is not the caller's to give.
    """
    errors = list(_name_errors(order.name))
    if not order.scopes:
        errors.append(FieldError("scopes", "must name at least one"))
    if errors:
        raise input_invalid(errors)
    if not caller.scopes.issuperset(order.scopes):
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "Only an admin may make a key with the scope `admin`.")


def plain(password: str) -> str:
    """The password in the one form in which it is hashed, however the keyboard composed its accents (RFC 8265).

    One that is too long to be anybody's stays as it is: sorting n accents takes n² steps, minutes for a whole body.
    """
    return unicodedata.normalize("NFC", password) if len(password) <= MOST_TYPED else password


def _address(email: str) -> tuple[Address | None, list[FieldError]]:
    if len(email) > MOST_EMAIL:  # checking a whole body's worth takes half a second
        return None, [FieldError("email", "is no e-mail address")]
    try:
        return Address(validate_email(email, check_deliverability=False).normalized), []
    except EmailNotValidError:
        return None, [FieldError("email", "is no e-mail address")]


def _password_errors(password: str, email: str | None) -> Iterator[FieldError]:
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        yield FieldError("password", f"must have {LEAST_PASSWORD} to {MOST_PASSWORD} characters")
    elif email is not None and password.strip().casefold() == plain(email).strip().casefold():
        yield FieldError("password", "must not be the e-mail address")


def _change_of_password_errors(change: ProfileChange, email: str | None) -> Iterator[FieldError]:
    new, current = change.password, change.current_password
    if isinstance(new, UnsetType):
        if not isinstance(current, UnsetType):
            yield FieldError("password", "is required with current_password")
        return
    yield from _password_errors(plain(new), email)
    if email is None:
        yield FieldError("password", "is nothing that a service has")
    if isinstance(current, UnsetType):
        yield FieldError("current_password", "is required with password")


def _name_errors(name: str) -> Iterator[FieldError]:
    if not 1 <= len(name.strip()) <= MOST_NAME:
        yield FieldError("name", f"must have 1 to {MOST_NAME} characters")
    elif any(unicodedata.category(character) == "Cc" for character in name):
        yield FieldError("name", "must not contain control characters")


def _language_errors(language: str | None) -> Iterator[FieldError]:
    if language is not None and language not in NATIVE_LANGUAGES:
        yield FieldError("native_language", f"must be one of {', '.join(NATIVE_LANGUAGES)}")
