"""The people of the demo library: cards and PINs to try, and what is interesting about each."""

from __future__ import annotations

from msgspec import Struct, field

from store.states import Role

PIN = "deneme1"
STAFF_PIN = "gozetmen01"


class Person(Struct, frozen=True):
    """A member of the demo; `past` is played through the real use cases before the demo opens."""

    card: str
    given: str
    surname: str
    category: str
    tr: str
    en: str
    status: str = "active"
    pin: str | None = PIN
    card_lost: bool = False
    external_block: bool = False
    teaches: str | None = None
    past: tuple[tuple[str, int, int], ...] = field(default=())
    "(item type, how many, lent so many days ago) of loans that are still open."
    returned_late: tuple[tuple[str, int, int], ...] = field(default=())
    "(item type, lent so many days ago, returned so many days ago)."


class Worker(Struct, frozen=True):
    """A member of staff of the demo."""

    card: str
    name: str
    role: Role
    tr: str
    en: str
    shown: bool = True
    "On the welcome page."


PEOPLE = (
    Person("201001", "Ayşe", "Kaya", "undergraduate", "lisans, 3 ödünç", "undergraduate, 3 loans",
           past=(("book", 3, 4),)),
    Person("201002", "Mehmet", "Yılmaz", "undergraduate", "lisans, gecikmiş kitap", "undergraduate, overdue book",
           past=(("book", 1, 20), ("book", 1, 6))),
    Person("201003", "Zeynep", "Çelik", "undergraduate", "lisans, sınırda (10/10)", "undergraduate, at the limit",
           past=(("book", 10, 3),)),
    Person("201004", "Işıl", "Öztürk", "graduate", "y. lisans, cezası sınırın üstünde",
           "graduate, fines above the limit",
           returned_late=(("book", 60, 25),)),
    Person("201005", "İbrahim", "Şahin", "faculty", "öğretim elemanı, ders verir", "faculty, teaches a course",
           teaches="MAT101", past=(("book", 6, 10),)),
    Person("201006", "Gülşah", "Doğan", "graduate", "doktora, ayırttığı geldi", "graduate, a hold is ready"),
    Person("201007", "Çağrı", "Aydın", "admin_staff", "idari personel", "administrative staff",
           past=(("audiovisual", 2, 1),)),
    Person("201008", "Hüseyin", "Arslan", "retired_staff", "emekli personel", "retired staff", past=(("book", 2, 12),)),
    Person("201009", "Ümit", "Güneş", "undergraduate", "rezerv gecikti, askıda", "late reserve, suspended",
           returned_late=(("course_reserve", 2, 1),)),
    Person("201010", "Elif", "Yıldız", "undergraduate", "henüz PIN'i yok", "no PIN yet", pin=None),
    Person("201011", "Onur", "Koç", "undergraduate", "başvurusu bekliyor", "application pending", status="pending"),
    Person("201012", "Fatma", "Kurt", "guest", "misafir üye", "guest member"),
    Person("201013", "Burak", "Özdemir", "undergraduate", "üyeliği iptal", "membership cancelled", status="cancelled"),
    Person("201014", "Şule", "Aksoy", "graduate", "kartı kayıp", "card reported lost", card_lost=True),
    Person("201015", "Emre", "Polat", "undergraduate", "öğrenci sisteminde bloklu", "blocked in the student system",
           external_block=True),
    Person("201016", "Nilüfer", "Acar", "graduate", "küçük cezası var", "a small fine",
           past=(("book", 2, 9),), returned_late=(("book", 40, 20),)),
    Person("201017", "Kerem", "Tunç", "undergraduate", "3/3 görsel-işitsel", "3 of 3 audiovisual",
           past=(("audiovisual", 3, 1),)),
    Person("201018", "Özlem", "Bulut", "faculty", "öğretim elemanı", "faculty", past=(("book", 12, 20),)),
    Person("201019", "Yağmur", "Eren", "undergraduate", "ilk ziyareti", "first visit"),
    Person("201020", "Süleyman", "Uçar", "retired_staff", "emekli, gecikmiş", "retired, overdue",
           past=(("book", 1, 40),)),
    Person("201021", "Göksu", "Kılıç", "graduate", "nota ödünçte", "sheet music on loan",
           past=(("sheet_music", 2, 2),)),
    Person("201022", "Tuğba", "Işık", "admin_staff", "idari personel, dolap anahtarı", "staff with a locker key"),
    Person("201023", "Cem", "Ünal", "undergraduate", "bekleyen ayırtması var", "a hold is waiting"),
    Person("201024", "Defne", "Ağaoğlu", "graduate", "çok kitaplı", "many books", past=(("book", 14, 5),)),
    Person("201025", "Ruşen", "Eşref", "faculty", "öğretim elemanı, ilk ziyaret", "faculty, first visit"),
    Person("201026", "Gökçe", "Çınar", "undergraduate", "henüz PIN'i yok", "no PIN yet", pin=None),
)  # fmt: skip
WORKERS = (
    Worker(
        "209001",
        "Deniz Aydın",
        Role.SUPERVISOR,
        "gözetmen: programı bitirebilir",
        "supervisor: may end the program",
    ),
    Worker("209002", "Selin Kara", Role.CIRCULATION, "banko görevlisi", "desk staff"),
    Worker("209003", "Murat Tan", Role.POLICY_OWNER, "kural sorumlusu", "policy owner"),
    Worker(
        "209004",
        "Filiz Ateş",
        Role.SUPERVISOR,
        "gözetmen: ikinci imzayı atar",
        "supervisor: gives the second signature",
        shown=False,
    ),
)
SHOWN = (
    "201001",
    "201002",
    "201003",
    "201004",
    "201005",
    "201006",
    "201007",
    "201009",
    "201010",
    "201011",
    "201012",
    "201013",
    "201014",
    "201016",
    "201019",
)
"The cards on the welcome page; the others work as well."
