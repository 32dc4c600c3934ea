"""Whole names of many cultures (invented people): where is the last name, and how is it written?"""

# ruff: noqa: RUF001 - words of other scripts are what this file is about

from __future__ import annotations

import pyarrow as pa
import pytest

from trustleads.enrichment.normalize.names import normalize_names

pytestmark = pytest.mark.clause("LEAD-3")

# as typed | first name | last name; an empty field is null
TABLE = """
Jane Doe | Jane | Doe
JANE DOE | Jane | Doe
jane doe | Jane | Doe
  Jane   Doe  | Jane | Doe
Doe, Jane | Jane | Doe
DOE, JANE | Jane | Doe
Mr John Miller | John | Miller
Mrs. Ann Carter | Ann | Carter
Ms Lee Harper | Lee | Harper
Dr. Susan Hall | Susan | Hall
Prof. Dr. med. Eva Roth | Eva | Roth
Dr Phil Weber | Phil | Weber
Sir Alan Brook | Alan | Brook
Rev. Tom Ashby | Tom | Ashby
Herr Weber |  | Weber
Frau Dr. Anna-Lena von der Heide | Anna-Lena | von der Heide
Herrn Max Beispiel | Max | Beispiel
Dipl.-Ing. Karl Brandt | Karl | Brandt
Dipl.-Ing. (FH) Karl Brandt | Karl | Brandt
Dr.-Ing. Petra Vogt | Petra | Vogt
Dr. rer. nat. Jörg Weiß | Jörg | Weiß
Univ.-Prof. Mag. Lukas Gruber | Lukas | Gruber
Mme Claire Fontaine | Claire | Fontaine
Mlle Élodie Petit | Élodie | Petit
M. Dupont |  | Dupont
M. Jean Dupont | Jean | Dupont
Maître Lucie Arnaud | Lucie | Arnaud
Sr. Pablo Vega | Pablo | Vega
Sra. Ana Vega | Ana | Vega
Srta. Inés Mora | Inés | Mora
Ing. Luis Mora | Luis | Mora
Lic. Carla Soto | Carla | Soto
Sig. Paolo Verdi | Paolo | Verdi
Sig.ra Maria Bianchi | Maria | Bianchi
Dott.ssa Laura Della Valle | Laura | Della Valle
Avv. Carlo Neri | Carlo | Neri
Ing. Petr Novák, CSc. | Petr | Novák
Mgr. Jana Dvořáková | Jana | Dvořáková
JUDr. Tomáš Svoboda | Tomáš | Svoboda
Dhr. Bram de Wit | Bram | de Wit
Mevr. Sanne van Dijk | Sanne | van Dijk
John Miller Jr. | John | Miller
John Miller, Jr. | John | Miller
Miller Jr., John | John | Miller
John Miller III | John | Miller
John Miller 3rd | John | Miller
Jane Doe, PhD | Jane | Doe
Jane Doe Ph.D. | Jane | Doe
Jane Doe, MBA, CPA | Jane | Doe
Jane Doe M.Sc. | Jane | Doe
Doe, Jane, PhD | Jane | Doe
Jane Doe, M.A. | Jane | Doe
Jane Doe, MA | Jane | Doe
Alan Brook, Esq. | Alan | Brook
Vera Ma | Vera | Ma
VERA MA | Vera | Ma
Jo Do | Jo | Do
J. R. R. Example | J. R. R. | Example
J.R.R. Example | J.R.R. | Example
j.r. example | J.R. | Example
TJ Miller | TJ | Miller
TJ MILLER | TJ | Miller
Jane D. | Jane | D.
John F. Miller | John F. | Miller
Mary-Jane Watts | Mary-Jane | Watts
MARY-JANE WATTS | Mary-Jane | Watts
Anna Smith-Jones | Anna | Smith-Jones
Anna Smith - Jones | Anna | Smith-Jones
Jean–Luc Petit | Jean-Luc | Petit
Pat O'Brien | Pat | O'Brien
PAT O'BRIEN | Pat | O'Brien
pat o’brien | Pat | O'Brien
Pat O’BRIEN | Pat | O'Brien
GINO D'ANGELO | Gino | D'Angelo
gino dell'acqua | Gino | Dell'Acqua
Awa N'Diaye | Awa | N'Diaye
AWA N'DIAYE | Awa | N'Diaye
OMAR SA'ID | Omar | Sa'id
ewan mcdonald | Ewan | McDonald
EWAN MCDONALD | Ewan | McDonald
Ewan McDonald | Ewan | McDonald
Ewan Mcdonald | Ewan | Mcdonald
EWAN MACDONALD | Ewan | MacDonald
EWAN MACKEY | Ewan | Mackey
Piet deVries | Piet | deVries
LUDWIG VAN DER MEER | Ludwig | van der Meer
Ludwig van der Meer | Ludwig | van der Meer
Dick Van Dyke | Dick | Van Dyke
bram van 't hof | Bram | van 't Hof
Hendrik ten Brink | Hendrik | ten Brink
Otto von und zu Stein | Otto | von und zu Stein
OTTO VON STEIN | Otto | von Stein
van der Meer, Ludwig | Ludwig | van der Meer
van der Meer |  | van der Meer
Claire de la Tour | Claire | de la Tour
CLAIRE DE LA TOUR | Claire | de la Tour
YANN LE GOFF | Yann | Le Goff
Jean du Pont | Jean | du Pont
Luca De Santis | Luca | De Santis
GIO DI MARCO | Gio | di Marco
Eva Saint Clair | Eva | Saint Clair
Ola af Klint | Ola | af Klint
Juan García López | Juan | García López
Juan Carlos García López | Juan Carlos | García López
JOSÉ LUIS RODRÍGUEZ PRIETO | José Luis | Rodríguez Prieto
María de los Ángeles Pérez Ruiz | María de los Ángeles | Pérez Ruiz
Ana de la Fuente García | Ana | de la Fuente García
Ana María Torres | Ana María | Torres
José Ortega y Gasset | José | Ortega y Gasset
LUISA CASTRO Y MORA | Luisa | Castro y Mora
João Silva Santos | João | Silva Santos
Ana Ferreira da Costa | Ana | Ferreira da Costa
Maria de Souza Oliveira | Maria | de Souza Oliveira
Pedro dos Santos | Pedro | dos Santos
Rui Pinto e Melo | Rui | Pinto e Melo
DUPONT Jean | Jean | Dupont
Jean DUPONT | Jean | Dupont
Jean-Marc DE LA TOUR | Jean-Marc | de la Tour
LI Wei | Wei | Li
Wei LI | Wei | Li
KIM Min-jun | Min-jun | Kim
Nguyen Van An | Van An | Nguyen
NGUYEN VAN AN | Van An | Nguyen
Nguyễn Thị Lan | Thị Lan | Nguyễn
Anna Nguyen | Anna | Nguyen
Zhang Xiaoming | Xiaoming | Zhang
Xiaoming Zhang | Xiaoming | Zhang
Min-jun Kim | Min-jun | Kim
Yu Xi | Yu | Xi
Bo Ng | Bo | Ng
Io Li | Io | Li
Ai O | Ai | O
Wu Yu | Wu | Yu
김민수 | 민수 | 김
김 민수 | 민수 | 김
김민수님 | 민수 | 김
남궁지원 | 지원 | 남궁
남궁민 |  | 남궁민
선우진 |  | 선우진
张伟 | 伟 | 张
欧阳小明 | 小明 | 欧阳
陈晓明 | 晓明 | 陈
王小明 |  | 王小明
高橋健 |  | 高橋健
山田太郎 |  | 山田太郎
山田 太郎 | 太郎 | 山田
山田　太郎 | 太郎 | 山田
山田太郎様 |  | 山田太郎
佐々木 花子 | 花子 | 佐々木
ジョン・スミス | ジョン | スミス
ヤマダ タロウ |  | ヤマダ タロウ
أحمد محمد | أحمد | محمد
السيد أحمد محمد | أحمد | محمد
د. ليلى حسن | ليلى | حسن
محمد بن سالم | محمد | بن سالم
Ahmed al-Rashid | Ahmed | al-Rashid
AHMED AL-RASHID | Ahmed | al-Rashid
ahmed el amrani | Ahmed | El Amrani
Salim bin Rashid | Salim | bin Rashid
SALIM BIN RASHID | Salim | bin Rashid
Nur binti Hamid | Nur | binti Hamid
Noa Ben Ami | Noa | Ben Ami
مریم رضایی | مریم | رضایی
Иван Петров | Иван | Петров
ИВАН ПЕТРОВ | Иван | Петров
Петров, Иван | Иван | Петров
Д-р Анна Иванова | Анна | Иванова
Олена Шевчук | Олена | Шевчук
Νίκος Παπάς | Νίκος | Παπάς
ΝΙΚΟΣ ΠΑΠΑΣ | Νικος | Παπας
გიორგი ბერიძე | გიორგი | ბერიძე
Արամ Սարգսյան | Արամ | Սարգսյան
राहुल शर्मा | राहुल | शर्मा
श्री राहुल शर्मा | राहुल | शर्मा
প্রিয়া দাস | প্রিয়া | দাস
பிரியா குமார் | பிரியா | குமார்
Smt. Priya Nair | Priya | Nair
PRIYA NAIR | Priya | Nair
R. Venkat Kumar | R. Venkat | Kumar
สมชาย ใจดี | สมชาย | ใจดี
İSMAİL YILDIZ | İsmail | Yildiz
AYŞE GÜL | Ayşe | Gül
Łukasz Żak | Łukasz | Żak
ŁUKASZ ŻAK | Łukasz | Żak
Åsa Öberg | Åsa | Öberg
STRAUSS, GROẞ | Groß | Strauss
Siobhán Ní Bhroin | Siobhán | Ní Bhroin
Björk Jónsdóttir | Björk | Jónsdóttir
Robert "Bob" Miller | Robert | Miller
Robert (Bob) Miller | Robert | Miller
Robert 'Bob' Miller | Robert | Miller
Robert „Bob“ Miller | Robert | Miller
(Bob) | Bob |
Jane Doe 😀 | Jane | Doe
✨Jane✨ Doe | Jane | Doe
Jane 👩‍💻 Doe | Jane | Doe
*Jane Doe* | Jane | Doe
Jane_Doe | Jane | Doe
Ｊａｎｅ Ｄｏｅ | Jane | Doe
Jane.Doe | Jane | Doe
Dr.Jane Doe | Jane | Doe
Madonna | Madonna |
Sukarno | Sukarno |
MADONNA | Madonna |
Christopher Null | Christopher | Null
Jennifer Null | Jennifer | Null
Anna Test | Anna | Test
Peter Herr | Peter | Herr
Don Major | Don | Major
Dean King | Dean | King
Prince Judge | Prince | Judge
Ii Naomasa | Ii | Naomasa
Malcolm X | Malcolm | X
Wert Trew | Wert | Trew
"""

ROWS = [tuple(part.strip() for part in line.split("|")) for line in TABLE.strip().splitlines()]


def test_the_table_is_long_enough() -> None:
    assert len({text for text, _, _ in ROWS}) >= 150


@pytest.mark.parametrize(("text", "first", "last"), ROWS)
def test_whole_name(text: str, first: str, last: str) -> None:
    names = normalize_names(full=pa.array([text]))
    assert names.first_name[0].as_py() == (first or None)
    assert names.last_name[0].as_py() == (last or None)
    assert names.name_status[0].as_py() == ("ok" if first and last else "partial")


def test_the_batch_decides_as_the_single_row() -> None:
    names = normalize_names(full=pa.array([text for text, _, _ in ROWS]))
    assert names.first_name.to_pylist() == [first or None for _, first, _ in ROWS]
    assert names.last_name.to_pylist() == [last or None for _, _, last in ROWS]


@pytest.mark.parametrize(("first", "last"), [(first, last) for _, first, last in ROWS])
def test_a_normal_form_stays_as_it_is(first: str, last: str) -> None:
    names = normalize_names(pa.array([first or None], pa.string()), pa.array([last or None], pa.string()))
    assert (names.first_name[0].as_py() or "", names.last_name[0].as_py() or "") == (first, last)
