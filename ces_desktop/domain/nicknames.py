"""Everyday forms of given names in Chiapas, for recognising the same person; written for this project."""

from __future__ import annotations

from functools import cache

# Full name: its nicknames and written abbreviations, all folded. One nickname may stand for several names.
_FORMS = {
    "abelardo": "abel", "abraham": "abran", "adelina": "ade", "agustin": "tin guty", "agustina": "tina",
    "alberto": "beto", "alejandra": "ale jandra", "alejandro": "ale alex jando", "alfonso": "poncho",
    "alfredo": "fredo fredy", "alicia": "licha lichita", "amalia": "mali", "ana": "anita", "andrea": "andy",
    "angel": "angelito", "angelica": "angie gela", "antonia": "tona tonita", "antonio": "tono tonito",
    "araceli": "ara cheli", "armando": "mando", "arturo": "turo", "aurelio": "yeyo", "bartolome": "bartolo tolo",
    "beatriz": "bety betty", "benjamin": "benja mincho", "bernardo": "nayo", "brenda": "bren", "candelaria": "cande",
    "carlos": "charly carlitos", "carmen": "carmela carmelita", "catalina": "cata catita", "cecilia": "chila ceci",
    "celestino": "tino", "claudia": "clau", "concepcion": "concha conchita", "consuelo": "chelo",
    "cristina": "cris tina", "cristobal": "tobal", "daniel": "dani danny", "daniela": "dani", "delfina": "fina",
    "diego": "dieguito", "dolores": "lola lolita", "domingo": "mingo", "eduardo": "lalo edu", "eleazar": "chai",
    "elena": "nena", "elizabeth": "eli liz", "emilio": "milo", "enrique": "quique kike", "ernesto": "neto",
    "esperanza": "pelancha espe", "esteban": "teban", "eugenia": "gena", "eugenio": "geno", "evangelina": "eva vange",
    "fausto": "tito", "federico": "fede lico", "felipe": "pipe felipito", "fernanda": "fer", "fernando": "fer nando",
    "florentina": "flor", "francisca": "pancha panchita paca chica fca", "francisco": "pancho paco chico fco quico",
    "gabriel": "gabo gabi", "gabriela": "gabi gaby", "genoveva": "beva", "gerardo": "lalo yayo", "gilberto": "beto",
    "gloria": "yoya", "graciela": "chela", "gregorio": "goyo", "guadalupe": "lupe lupita gpe pita",
    "guillermo": "memo", "gustavo": "tavo", "heriberto": "beto", "hermelinda": "linda mela", "hortensia": "tencha",
    "humberto": "beto", "ignacio": "nacho", "inocencia": "chencha", "inocencio": "chencho", "irene": "nena",
    "isabel": "chabela chabe isa", "isaias": "chayas", "ismael": "mayel", "jacinto": "chinto", "jaime": "jimmy",
    "javier": "javi", "jesus": "chuy chucho", "joaquin": "quino", "jorge": "coque", "jose": "chepe pepe j che",
    "josefa": "chepa pepa", "josefina": "chepina fina chepa", "juan": "juancho juanito", "juana": "juanita juanis",
    "julia": "julita", "karina": "kari", "leonardo": "leo nayo", "leticia": "lety leti", "lorenza": "lencha",
    "lorenzo": "lencho", "lourdes": "lulu", "lucia": "lucha lucy", "luis": "lucho huicho", "magdalena": "magda lena",
    "manuel": "meme manolo manuelito mel", "manuela": "manuelita mela", "marcos": "marquitos", "margarita": "mago maga",
    "maria": "mari mary ma m marucha", "mariano": "nano", "maricela": "mari chela", "mario": "mayo", "marisol": "mari",
    "marta": "martita", "martha": "marta martita", "mateo": "teo", "mauricio": "mau", "mercedes": "meche",
    "micaela": "mica", "miguel": "migue mike", "natividad": "nati", "nicolas": "nico colas", "norberto": "beto",
    "oscar": "oscarito", "pablo": "pablito", "patricia": "paty pati", "pedro": "perico pedrito", "petrona": "petro",
    "rafael": "rafa", "ramon": "moncho", "raul": "rulo", "refugio": "cuca cuco", "reyna": "reynita", "ricardo": "richi",
    "roberto": "beto robe", "rodolfo": "fito rodo", "rodrigo": "rodri", "rogelio": "roge", "rosa": "rosita chita",
    "rosario": "chayo", "ruben": "benny", "salvador": "chava", "samuel": "sami", "santiago": "chago",
    "sebastian": "bastian sebas chano", "sergio": "checo", "silvia": "chivis", "sofia": "sofi", "socorro": "coco",
    "susana": "susy", "teresa": "tere teresita", "tomas": "tomasito", "trinidad": "trini", "valeria": "vale",
    "veronica": "vero", "vicente": "chente", "victor": "vic", "victoria": "vicky toya", "virginia": "vicky",
    "ximena": "xime", "yesenia": "yesi", "yolanda": "yola yoli", "zenaida": "nena",
}  # fmt: skip


@cache
def _full_names() -> dict[str, tuple[str, ...]]:
    """Nickname to the full names it may stand for."""
    names: dict[str, list[str]] = {}
    for full, forms in _FORMS.items():
        for form in forms.split():
            names.setdefault(form, []).append(full)
    return {form: tuple(full) for form, full in names.items()}


def full_names(folded: str) -> tuple[str, ...]:
    """The full names that a folded given name may stand for, itself first: `beto` → beto, alberto, gilberto, …"""
    return folded, *_full_names().get(folded, ())


def nicknames(folded: str) -> tuple[str, ...]:
    """The everyday forms of a folded full name."""
    return tuple(_FORMS.get(folded, "").split())
