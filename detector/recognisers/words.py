"""How digits are said in the languages of the platform, and how signs of an address are."""

_SPOKEN = {
    1: """
    zero oh nought one two three four five six seven eight nine
    cero uno dos tres cuatro cinco seis siete ocho nueve
    zéro un deux trois quatre cinq sept huit neuf
    null eins zwei zwo drei vier fünf fuenf sechs sieben acht neun
    due tre quattro cinque sei sette otto nove
    um dois três quatro meia sete oito
    nul een één twee drie vijf zes zeven negen
    ноль нуль один два три четыре пять шесть семь восемь девять
    """,
    2: """
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    twenty thirty forty fifty sixty seventy eighty ninety double
    diez once doce trece catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa doble
    dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante
    zehn elf zwölf zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig doppel
    dieci undici dodici venti trenta quaranta cinquanta sessanta settanta ottanta novanta doppio
    dez doze vinte trinta quarenta cinquenta sessenta oitenta noventa duplo
    """,
    3: "triple triplo hundred",
}

DIGIT_WORDS = {word: places for places, words in _SPOKEN.items() for word in words.split()}
"""A word to how many digits of a telephone number it stands for."""

AT_WORDS = "at|ät|arroba|arobase|arobas|klammeraffe|chiocciola|apenstaartje|собака|собачка|艾特|アット"
DOT_WORDS = "dot|d0t|point|punto|ponto|punkt|punt|точка|тчк|点|點|ドット"
