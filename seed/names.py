"""Names the demo company's people are made of."""

GIVEN_NAMES = (
    "Anna", "Ben", "Carla", "David", "Elif", "Felix", "Greta", "Hannes", "Ida", "Jonas",
    "Katharina", "Lukas", "Mara", "Nils", "Olga", "Paul", "Rana", "Simon", "Theresa", "Uwe",
    "Vera", "Wiebke", "Yasemin", "Zoe", "Anton", "Birgit", "Cem", "Dorothea", "Emil", "Franziska",
    "Georg", "Henrike", "Ivo", "Jule", "Kerem", "Lena", "Moritz", "Nele", "Oskar", "Pia",
    "Rasmus", "Sophie", "Tarik", "Ulrike", "Viktor", "Wanda", "Aylin", "Bastian", "Clara", "Dirk",
    "Eva", "Finn", "Gesa", "Holger", "Irina", "Jan", "Kim", "Leon", "Miriam", "Noah",
)  # fmt: skip
FAMILY_NAMES = (
    "Ahlers", "Bäcker", "Çelik", "Dietz", "Ebert", "Fröhlich", "Gärtner", "Hansen", "Ivanov",
    "Jäger", "Köhler", "Lorenz", "Müller", "Nowak", "Özdemir", "Petersen", "Quast", "Richter",
    "Schäfer", "Thoma", "Ulrich", "Vogt", "Weiß", "Yıldız", "Zimmermann", "Arnold", "Böhm",
    "Christiansen", "Dorn", "Engel", "Fuchs", "Graf", "Huber", "Iwersen", "Jansen", "Krüger",
    "Lindner", "Maurer", "Neumann", "Oswald", "Pichler", "Reiter", "Steiner", "Tran", "Unger",
    "Voss", "Wagner", "Yılmaz", "Zeller", "Auer", "Brandt", "Claasen", "Döring", "Egger", "Falk",
    "Großmann", "Hofer", "Immel", "Jürgens", "Kaya",
)  # fmt: skip
