"""What may be typed about a tab: its name."""

from django import forms
from django.utils.translation import gettext_lazy


class TabForm(forms.Form):
    """The name of a view, as it will stand among the usual ones."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=20)
