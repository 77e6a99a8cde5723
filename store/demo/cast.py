"""The people of the demo library: cards and PINs to try, and what is interesting about each."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.states import Role

PIN = "deneme1"
STAFF_PIN = "gozetmen01"


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff of the demo."""

    card: str
    name: str
    role: Role
    tr: str
    en: str


PEOPLE = (
    Person("1001", "Ayşe", "Kaya", "undergraduate", "lisans, 3 ödünç", "undergraduate, 3 loans",
           past=(("book", 3, 4),)),
    Person("1002", "Mehmet", "Yılmaz", "undergraduate", "lisans, gecikmiş kitap", "undergraduate, overdue book",
           past=(("book", 1, 20), ("book", 1, 6))),
    Person("1003", "Zeynep", "Çelik", "undergraduate", "lisans, sınırda (10/10)", "undergraduate, at the limit",
           past=(("book", 10, 3),)),
    Person("1004", "Işıl", "Öztürk", "graduate", "y. lisans, cezası sınırın üstünde", "graduate, fines above the limit",
           returned_late=(("book", 60, 25),)),
    Person("1005", "İbrahim", "Şahin", "faculty", "öğretim elemanı, ders verir", "faculty, teaches a course",
           teaches="MAT101", past=(("book", 6, 10),)),
    Person("1006", "Gülşah", "Doğan", "graduate", "doktora, ayırttığı geldi", "graduate, a hold is ready"),
    Person("1007", "Çağrı", "Aydın", "admin_staff", "idari personel", "administrative staff",
           past=(("audiovisual", 2, 1),)),
    Person("1008", "Hüseyin", "Arslan", "retired_staff", "emekli personel", "retired staff", past=(("book", 2, 12),)),
    Person("1009", "Ümit", "Güneş", "undergraduate", "rezerv gecikti, askıda", "late reserve, suspended",
           returned_late=(("course_reserve", 2, 1),)),
    Person("1010", "Elif", "Yıldız", "undergraduate", "henüz PIN'i yok", "no PIN yet", pin=None),
    Person("1011", "Onur", "Koç", "undergraduate", "başvurusu bekliyor", "application pending", status="pending"),
    Person("1012", "Fatma", "Kurt", "guest", "misafir üye", "guest member"),
    Person("1013", "Burak", "Özdemir", "undergraduate", "üyeliği iptal", "membership cancelled", status="cancelled"),
    Person("1014", "Şule", "Aksoy", "graduate", "kartı kayıp", "card reported lost", card_lost=True),
    Person("1015", "Emre", "Polat", "undergraduate", "öğrenci sisteminde bloklu", "blocked in the student system",
           external_block=True),
    Person("1016", "Nilüfer", "Acar", "graduate", "küçük cezası var", "a small fine",
           returned_late=(("book", 40, 20),)),
    Person("1017", "Kerem", "Tunç", "undergraduate", "3/3 görsel-işitsel", "3 of 3 audiovisual",
           past=(("audiovisual", 3, 1),)),
    Person("1018", "Özlem", "Bulut", "faculty", "öğretim elemanı", "faculty", past=(("book", 12, 20),)),
    Person("1019", "Yağmur", "Eren", "undergraduate", "ilk ziyareti", "first visit"),
    Person("1020", "Süleyman", "Uçar", "retired_staff", "emekli, gecikmiş", "retired, overdue",
           past=(("book", 1, 40),)),
    Person("1021", "Göksu", "Kılıç", "graduate", "nota ödünçte", "sheet music on loan", past=(("sheet_music", 2, 2),)),
    Person("1022", "Tuğba", "Işık", "admin_staff", "idari personel, dolap anahtarı", "staff with a locker key"),
    Person("1023", "Cem", "Ünal", "undergraduate", "bekleyen ayırtması var", "a hold is waiting"),
    Person("1024", "Defne", "Ağaoğlu", "graduate", "çok kitaplı", "many books", past=(("book", 14, 5),)),
    Person("1025", "Ruşen", "Eşref", "faculty", "öğretim elemanı, ilk ziyaret", "faculty, first visit"),
    Person("1026", "Gökçe", "Çınar", "undergraduate", "henüz PIN'i yok", "no PIN yet", pin=None),
)  # fmt: skip
WORKERS = (
    Worker("9001", "Deniz Aydın", Role.SUPERVISOR, "gözetmen: programı bitirebilir", "supervisor: may end the program"),
    Worker("9002", "Selin Kara", Role.CIRCULATION, "banko görevlisi", "desk staff"),
    Worker("9003", "Murat Tan", Role.POLICY_OWNER, "kural sorumlusu", "policy owner"),
)
SHOWN = (
    "1001",
    "1002",
    "1003",
    "1004",
    "1005",
    "1006",
    "1007",
    "1009",
    "1010",
    "1011",
    "1012",
    "1013",
    "1014",
    "1016",
    "1019",
)
"The cards on the welcome page; the others work as well."
