"""`regulars webpush-key`."""


def webpush_key() -> None:
    """Prints the public key that browsers need to subscribe: the applicationServerKey of PushManager.subscribe().

    It belongs to WEB_PUSH_KEY. Where that is left out in development, a key is made in DATA_DIR. The API has it as
    `webPushKey`. Whoever changes the key loses every browser that has subscribed.

    \b
    Examples:
      openssl ecparam -name prime256v1 -genkey -noout -out web-push-key.pem
      WEB_PUSH_KEY=web-push-key.pem WEB_PUSH_SUBJECT=mailto:push@shop.example regulars webpush-key
    """
    from runtime.cli.environment import settings
    from runtime.faults import CannotRun
    from runtime.web_push_key import web_push_key

    key = web_push_key(settings())
    if key is None:
        raise CannotRun("Web Push is not set up: set WEB_PUSH_SUBJECT, and WEB_PUSH_KEY in production.")
    print(key.public)
