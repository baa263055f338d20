"""Units, people and posts in the back-office: one officer keeps them, another grants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from office import clock
from office.access import ROLES, conflict
from office.audit.services import record_reading
from office.backoffice import PEOPLE, OfficeAdmin
from office.entrance import factor
from office.entrance import services as entrance
from office.http import number
from office.people import services
from office.people.models import Post, Unit, User
from office.people.tree import below, walk

INDENT = "　　"


class UnitForm(forms.ModelForm):
    """A unit hangs somewhere below the top, never below itself; it closes when it is empty."""

    def clean_parent(self) -> Unit | None:
        parent: Unit | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.pk in below(self.instance.pk):
            raise forms.ValidationError(_("A unit cannot belong to itself."))
        return parent

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and self.instance.pk and self.instance.users.active().exists():
            raise forms.ValidationError(_("People still belong to this unit; move them first."))
        return is_active


@admin.register(Unit)
class UnitAdmin(OfficeAdmin):
    shelf = PEOPLE
    icon = "account_tree"
    about = gettext_lazy("The tree of units, and the leader in charge of each.")
    form = UnitForm
    fields = ["name", "short_name", "code", "parent", "leader", "order", "is_active"]
    list_display = ["indented", "code", "short_name", "leader", "is_active"]
    list_display_links = ["indented"]
    list_select_related = ["leader"]
    list_per_page = 500
    search_fields = ["name", "short_name", "code"]
    autocomplete_fields = ["leader"]
    sortable_by = ()

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Return the order of the tree, here and wherever a unit is chosen."""
        return [_each((pk, place) for place, (pk, _depth) in enumerate(walk()))]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return Unit.objects.annotate(depth=_each(walk()))

    @admin.display(description=gettext_lazy("name"))
    def indented(self, unit: Any) -> str:
        return f"{INDENT * unit.depth}{unit.name}"


def _each(numbers: Any) -> Case:
    whens = [When(pk=pk, then=Value(number)) for pk, number in numbers]
    return Case(*whens, default=Value(0), output_field=IntegerField())


class GrantForm(forms.ModelForm):
    """What only the security officer sets: roles that may stand together, and the clearance."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("roles"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy(
            "The three officers are three people and hold no business role (common practice)."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(key, role.label) for key, role in ROLES.items()]  # type: ignore[attr-defined]

    def clean_roles(self) -> list[str]:
        wanted: list[str] = sorted(self.cleaned_data["roles"])
        if reason := conflict(wanted):
            raise forms.ValidationError(reason)
        return wanted


class HoldsRole(admin.SimpleListFilter):
    """Those who hold one role."""

    title = gettext_lazy("roles")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, str(role.label)) for key, role in ROLES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(roles__contains=[self.value()]) if self.value() else queryset


@admin.register(User)
class UserAdmin(OfficeAdmin):
    """An account is opened here; it is closed by the hand-over, and the roles are the grant's."""

    shelf = PEOPLE
    icon = "person"
    about = gettext_lazy(
        "Accounts, one-time passwords; roles and clearance by the security officer."
    )
    list_display = ["name", "username", "unit", "title", "roles_text", "clearance", "is_active"]
    list_select_related = ["unit"]
    list_filter = ["is_active", HoldsRole, "unit"]
    search_fields = ["name", "username", "phone"]
    kept = ["name", "unit", "title", "rank", "phone", "email"]
    granted = ["roles", "clearance"]
    past = ["is_active", "must_change_password", "password_changed_at", "created_at"]
    add_fields = ["username", *kept]
    actions_detail = [
        "one_time_password", "sign_out", "reset_second_step", "hand_over", "reopen"
    ]  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes himself here, nor an account that is closed."""
        user: Any = request.user
        if isinstance(obj, User) and (obj.pk == user.pk or not obj.is_active):
            return False
        return bool(user.has_perm("office.change_user") or user.has_perm("office.grant_roles"))

    def has_password_permission(self, request: HttpRequest, pk: str | None = None) -> bool:
        """The system officer, for somebody else whose account is open."""
        user: Any = request.user
        is_open = User.objects.active().exclude(pk=user.pk).filter(pk=number(pk)).exists()
        return bool(user.has_perm("office.change_user")) and is_open

    def has_reopen_permission(self, request: HttpRequest, pk: str | None = None) -> bool:
        """The system officer, for an account that is closed."""
        is_closed = User.objects.filter(pk=number(pk), is_active=False).exists()
        return bool(request.user.has_perm("office.change_user")) and is_closed

    def _grants(self, request: HttpRequest, obj: User | None) -> bool:
        user: Any = request.user
        return bool(user.has_perm("office.grant_roles")) and self.has_change_permission(
            request, obj
        )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": self.add_fields})]
        granted = self.granted if self._grants(request, obj) else ["roles_text", "clearance"]
        return [
            (None, {"fields": ["username", *self.kept]}),
            (_("Roles and clearance"), {"fields": granted}),
            (_("Account"), {"fields": self.past}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        user: Any = request.user
        mine = self.kept if user.has_perm("office.change_user") else []
        mine = self.granted if self._grants(request, obj) else mine
        every = ["username", "roles_text", *self.kept, *self.granted, *self.past]
        return [name for name in every if name not in mine]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj and self._grants(request, obj):
            kwargs["form"] = GrantForm
        return super().get_form(request, obj, change=change, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the list; who looked at how many people is recorded."""
        answer = super().changelist_view(request, extra_context)
        if shown := getattr(answer, "context_data", {}).get("cl"):
            self._note(User, request, page="list", n=len(shown.result_list))
        return answer

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        """Show a person, with telephone and e-mail; that, too, is recorded."""
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        person = getattr(answer, "context_data", {}).get("original")
        if person and request.method == "GET" and person != request.user:
            self._note(person, request, page="person", n=1)
        return answer

    @staticmethod
    def _note(about: Any, request: HttpRequest, **facts: Any) -> None:
        actor: Any = request.user
        record_reading(about, "read_people", actor=actor, **facts)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Open, grant or change; opening and granting write their own entries."""
        actor: Any = request.user
        if not change:
            user, form.password = services.create_user(actor=actor, **form.cleaned_data)
            obj.pk, obj._state.adding = user.pk, False
            return
        if "roles" in form.changed_data:
            services.grant_roles(obj.pk, form.cleaned_data["roles"], actor=actor)
            form.changed_data.remove("roles")
        super().save_model(request, obj, form, change)

    def log_addition(self, request: Any, obj: Any, message: Any) -> None:
        """Leave it to the service, which has written the entry."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, str]:
        request.one_time = getattr(form, "password", "")  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the one-time password once: in this answer, and nowhere else."""
        return self._paper(request, obj, request.one_time)  # type: ignore[attr-defined]

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("One-time password"), url_path="one-time-password",
        permissions=["password"], icon="key",
    )  # fmt: skip
    def one_time_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user, actor = self._other(request, object_id)
        password = services.reset_password(user.pk, actor=actor) if request.method == "POST" else ""
        return self._paper(request, user, password)

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Sign out everywhere"), url_path="sign-out",
        permissions=["password"], icon="logout",
    )  # fmt: skip
    def sign_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user, actor = self._other(request, object_id)
        if request.method == "POST":
            entrance.end_of(user, actor=actor)
            messages.success(request, _("%(name)s is signed out.") % {"name": user.name})
            return redirect("admin:office_user_change", user.pk)
        words = _("%(name)s is signed out on every device at once, and may sign in again.")
        return self._ask(request, user, words)

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Take off the second step"), url_path="second-step",
        permissions=["password"], icon="phonelink_erase",
    )  # fmt: skip
    def reset_second_step(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user, actor = self._other(request, object_id)
        if request.method == "POST":
            factor.reset(user, actor=actor)
            words = _("The second step of %(name)s is taken off.")
            messages.success(request, words % {"name": user.name})
            return redirect("admin:office_user_change", user.pk)
        words = _(
            "For who has lost telephone and codes: %(name)s then signs in with the password alone "
            "until it is set up again. Make sure that it is %(name)s who asks."
        )
        return self._ask(request, user, words)

    def _other(self, request: HttpRequest, object_id: str) -> tuple[User, Any]:
        """Return somebody else whose account is open, and the officer."""
        user = get_object_or_404(User, pk=number(object_id))
        if not self.has_password_permission(request, str(user.pk)):
            raise PermissionDenied
        return user, request.user

    def _ask(self, request: HttpRequest, user: User, words: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "person": user,
            "words": words % {"name": user.name}, "title": user.name,
        }  # fmt: skip
        return render(request, "office/backoffice/ask.html", context)

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Reopen the account"), url_path="reopen",
        permissions=["reopen"], icon="lock_open",
    )  # fmt: skip
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then reopen it and show the one-time password."""
        user = get_object_or_404(User, pk=number(object_id))
        if not self.has_reopen_permission(request, str(user.pk)):
            raise PermissionDenied
        actor: Any = request.user
        is_sent = request.method == "POST"
        password = services.reopen_account(user.pk, actor=actor) if is_sent else ""
        return self._paper(request, user, password, is_closed=not is_sent)

    def _paper(
        self, request: HttpRequest, user: User, password: str, *, is_closed: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "person": user,
            "password": password, "is_closed": is_closed, "title": _("One-time password"),
        }  # fmt: skip
        answer = render(request, "office/backoffice/password.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Hand over, close the account"), url_path="hand-over",
        permissions=["password"], icon="move_item",
    )  # fmt: skip
    def hand_over(self, _request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("office:handover", object_id)

    @admin.display(description=gettext_lazy("roles"))
    def roles_text(self, user: User) -> str:
        return "、".join(str(ROLES[role].label) for role in user.roles if role in ROLES) or "—"


class HeldNow(admin.SimpleListFilter):
    """Posts somebody holds today, or that have ended."""

    title = gettext_lazy("held")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", _("Today")), ("past", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "now":
            return queryset.held_on(clock.today())
        if self.value() == "past":
            return queryset.filter(until_on__lt=clock.today())
        return queryset


@admin.register(Post)
class PostAdmin(OfficeAdmin):
    """A post ends only when its holder owes nothing (条例 §36)."""

    shelf = PEOPLE
    icon = "badge"
    about = gettext_lazy("Who holds which post, from when until when.")
    list_display = ["user", "unit", "title", "duty", "since_on", "until_on"]
    list_select_related = ["user", "unit"]
    list_filter = [HeldNow, "duty", "unit"]
    search_fields = ["user__name", "title"]
    autocomplete_fields = ["user", "unit"]
    fields = ["user", "unit", "title", "duty", "since_on", "until_on"]

    def get_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        return self.fields if obj else self.fields[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        return ["user", "unit"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Enter or end a post through the service; correct the rest."""
        actor: Any = request.user
        if not change:
            obj.pk = services.take_post(actor=actor, **form.cleaned_data).pk
            return
        until_on = form.cleaned_data.get("until_on")
        if "until_on" in form.changed_data and until_on:
            services.leave_post(obj.pk, actor=actor, until_on=until_on)
            form.changed_data.remove("until_on")
        super().save_model(request, obj, form, change)

    def log_addition(self, request: Any, obj: Any, message: Any) -> None:
        """Leave it to the service, which has written the entry."""
