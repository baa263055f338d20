"""The steps with which distribution answers a receipt and a slip comes back."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0011_view_dispatch_books'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='dispatch',
            options={'default_permissions': ('view',), 'ordering': ['-begun_at', '-pk'], 'permissions': [('edit_dispatch', 'Step: edit'), ('answer_finding_dispatch', 'Step: answer_finding'), ('submit_dispatch', 'Step: submit'), ('review_dispatch', 'Step: review'), ('check_dispatch', 'Step: check'), ('refuse_dispatch', 'Step: refuse'), ('countersign_dispatch', 'Step: countersign'), ('note_countersign_dispatch', 'Step: note_countersign'), ('sign_dispatch', 'Step: sign'), ('note_signature_dispatch', 'Step: note_signature'), ('recheck_dispatch', 'Step: recheck'), ('revise_dispatch', 'Step: revise'), ('register_dispatch', 'Step: register'), ('print_dispatch', 'Step: print'), ('seal_dispatch', 'Step: seal'), ('distribute_dispatch', 'Step: distribute'), ('acknowledge_dispatch', 'Step: acknowledge'), ('note_sent_dispatch', 'Step: note_sent'), ('note_received_dispatch', 'Step: note_received'), ('close_dispatch', 'Step: close'), ('file_dispatch', 'Step: file'), ('comment_dispatch', 'Step: comment'), ('resolve_dispatch', 'Step: resolve'), ('attach_dispatch', 'Step: attach'), ('urge_dispatch', 'Step: urge'), ('send_back_dispatch', 'Step: send_back'), ('withdraw_dispatch', 'Step: withdraw'), ('void_dispatch', 'Step: void'), ('annotate_dispatch', 'Step: annotate'), ('draft_dispatch', 'Step: draft'), ('view_all_dispatches', 'Can read every dispatch'), ('print_dispatch_forms', 'Can print the registers of dispatches')], 'verbose_name': 'dispatch', 'verbose_name_plural': 'dispatches'},
        ),
        migrations.AlterModelOptions(
            name='incomingdocument',
            options={'default_permissions': ('view',), 'ordering': ['-received_on', '-pk'], 'permissions': [('collect_incoming', 'Step: collect'), ('register_incoming', 'Step: register'), ('correct_incoming', 'Step: correct'), ('screen_incoming', 'Step: screen'), ('reject_incoming', 'Step: reject'), ('propose_incoming', 'Step: propose'), ('distribute_incoming', 'Step: distribute'), ('instruct_incoming', 'Step: instruct'), ('name_handler_incoming', 'Step: name_handler'), ('claim_incoming', 'Step: claim'), ('transfer_incoming', 'Step: transfer'), ('progress_incoming', 'Step: progress'), ('assist_incoming', 'Step: assist'), ('ask_extension_incoming', 'Step: ask_extension'), ('decide_extension_incoming', 'Step: decide_extension'), ('handle_incoming', 'Step: handle'), ('circulate_incoming', 'Step: circulate'), ('recall_reader_incoming', 'Step: recall_reader'), ('read_incoming', 'Step: read'), ('urge_incoming', 'Step: urge'), ('answer_incoming', 'Step: answer'), ('reply_incoming', 'Step: reply'), ('close_incoming', 'Step: close'), ('file_incoming', 'Step: file'), ('send_back_incoming', 'Step: send_back'), ('withdraw_incoming', 'Step: withdraw'), ('void_incoming', 'Step: void'), ('attach_incoming', 'Step: attach'), ('annotate_incoming', 'Step: annotate'), ('link_incoming', 'Step: link'), ('view_all_incoming', 'Can read every incoming document'), ('view_incoming', 'Can open the book of incoming documents'), ('view_sealed_incoming', 'Can see sealed envelopes'), ('sign_for_incoming', 'Step: sign_for'), ('import_incoming', 'Can import an old register'), ('print_incoming', 'Can print the register'), ('export_incoming', 'Can export the register'), ('view_figures', 'Can see the figures of receipt'), ('settle_figures', 'Can settle a month')], 'verbose_name': 'incoming document', 'verbose_name_plural': 'incoming documents'},
        ),
    ]
