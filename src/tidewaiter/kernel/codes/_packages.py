"""Hold the codes of packages of UN/ECE Recommendation 21, as our own table."""

from __future__ import annotations

from tidewaiter.kernel.codes._units import _own
from tidewaiter.kernel.codes.model import CodeList

PACKAGES = """
1A drum, steel|1B drum, aluminium|1D drum, plywood|1F container, flexible|1G drum, fibre|1W drum, wooden
2C barrel, wooden|3A jerrican, steel|3H jerrican, plastic|43 bag, super bulk|44 bag, polybag|4A box, steel
4B box, aluminium|4C box, natural wood|4D box, plywood|4F box, reconstituted wood|4G box, fibreboard|4H box, plastic
5H bag, woven plastic|5L bag, textile|5M bag, paper|6H composite packaging, plastic|6P composite packaging, glass
7A case, car|7B case, wooden|8A pallet, wooden|8B crate, wooden|8C bundle, wooden|AA IBC, rigid plastic
AB receptacle, fibre|AC receptacle, paper|AD receptacle, wooden|AE aerosol|AF pallet with collars, 80 x 60 cm
AG pallet, shrinkwrapped|AH pallet, 100 x 110 cm|AI clamshell|AJ cone|AL ball|AM ampoule, unprotected
AP ampoule, protected|AT atomiser|AV capsule|B4 belt|BA barrel|BB bobbin|BC bottle crate|BD board|BE bundle
BF balloon, unprotected|BG bag|BH bunch|BI bin|BJ bucket|BK basket|BL bale, compressed|BM basin
BN bale, not compressed|BO bottle, unprotected, cylindrical|BP balloon, protected|BQ bottle, protected, cylindrical
BR bar|BS bottle, unprotected, bulbous|BT bolt|BU butt|BV bottle, protected, bulbous|BW box, for liquids|BX box
BY board, in bundle|BZ bars, in bundle|CA can, rectangular|CB crate, beer|CC churn|CD can, with handle and spout
CE creel|CF coffer|CG cage|CH chest|CI canister|CJ coffin|CK cask|CL coil|CM card
CN container, not transport equipment|CO carboy, unprotected|CP carboy, protected|CQ cartridge|CR crate|CS case
CT carton|CU cup|CV cover|CW cage, roll|CX can, cylindrical|CY cylinder|CZ canvas|DA crate, several layers, plastic
DB crate, several layers, wooden|DC crate, several layers, cardboard|DG cage, pool|DH box, pool|DI drum, iron
DJ demijohn, unprotected|DK crate, bulk, cardboard|DL crate, bulk, plastic|DM crate, bulk, wooden|DN dispenser
DP demijohn, protected|DR drum|DS tray, one layer, plastic|DT tray, one layer, wooden
DU tray, one layer, polystyrene|DV tray, one layer, cardboard|DW tray, two layers, plastic
DX tray, two layers, wooden|DY tray, two layers, cardboard|EC bag, plastic|ED case, with pallet base
EE case, with pallet base, wooden|EF case, with pallet base, cardboard|EG case, with pallet base, plastic
EH case, with pallet base, metal|EI case, isothermic|EN envelope|FB flexibag|FC crate, fruit|FD crate, framed
FE flexitank|FI firkin|FL flask|FO footlocker|FP filmpack|FR frame|FT foodtainer|FW cart, flatbed
FX bag, flexible container|GB bottle, gas|GI girder|GL container, gallon|GR receptacle, glass
GU tray, of stacked flat items|GY bag, gunny|GZ girders, in bundle|HA basket with handle, plastic
HB basket with handle, wooden|HC basket with handle, cardboard|HG hogshead|HN hanger|HR hamper
IA package, display, wooden|IB package, display, cardboard|IC package, display, plastic|ID package, display, metal
IE package, show|IF package, flow|IG package, paper-wrapped|IH drum, plastic
IK package, cardboard, with bottle grips|IL tray, rigid, lidded|IN ingot|IZ ingots, in bundle|JB bag, jumbo
JC jerrican, rectangular|JG jug|JR jar|JT jute bag|JY jerrican, cylindrical|KG keg|KI kit|LE luggage|LG log|LT lot
LU lug|LV liftvan|LZ logs, in bundle|MA crate, metal|MB bag, multiply|MC crate, milk|ME container, metal
MR receptacle, metal|MS sack, multi-wall|MT mat|MW receptacle, plastic-wrapped|MX matchbox|NA not available
NE unpacked|NF unpacked, single unit|NG unpacked, several units|NS nest|NT net|NU net, tube, plastic
NV net, tube, textile|OA pallet, pool, 40 x 60 cm|OB pallet, pool, 80 x 120 cm|OC pallet, pool, 100 x 120 cm
OD pallet, AS 4068|OE pallet, ISO T11|OF platform|OK block|OT octabin|OU container, outer|P2 pan|PA packet
PB pallet, box|PC parcel|PD pallet with collars, 80 x 100 cm|PE pallet with collars, 80 x 120 cm|PF pen|PG plate
PH pitcher|PI pipe|PJ punnet|PK package|PL pail|PN plank|PO pouch|PP piece|PR receptacle, plastic|PT pot|PU tray
PV pipes, in bundle|PX pallet|PY plates, in bundle|PZ planks, in bundle|QA drum, steel, fixed head
QB drum, steel, removable head|QC drum, aluminium, fixed head|QD drum, aluminium, removable head
QF drum, plastic, fixed head|QG drum, plastic, removable head|QH barrel, wooden, bung type
QJ barrel, wooden, removable head|QK jerrican, steel, fixed head|QL jerrican, steel, removable head
QM jerrican, plastic, fixed head|QN jerrican, plastic, removable head|QP box, natural wood, ordinary
QQ box, natural wood, sift-proof|QR box, plastic, expanded|QS box, plastic, solid|RD rod|RG ring
RJ rack, clothing hanger|RK rack|RL reel|RO roll|RT rednet|RZ rods, in bundle|SA sack|SB slab|SC crate, shallow
SD spindle|SE sea-chest|SH sachet|SI skid|SK case, skeleton|SL slipsheet|SM sheet metal|SO spool
SP sheet, plastic wrapping|SS case, steel|ST sheet|SU suitcase|SV envelope, steel|SW shrinkwrapped|SX set|SY sleeve
SZ sheets, in bundle|T1 tablet|TB tub|TC tea-chest|TD tube, collapsible|TE tyre|TG tank container|TI tierce
TK tank, rectangular|TL tub, with lid|TN tin|TO tun|TR trunk|TS truss|TT bag, tote|TU tube|TV tube, with nozzle
TW pallet, triwall|TY tank, cylindrical|TZ tubes, in bundle|UC uncaged|UN unit|VA vat|VG bulk, gas|VI vial
VK vanpack|VL bulk, liquid|VN vehicle|VO bulk, solid, large|VP vacuum-packed|VQ bulk, liquefied gas
VR bulk, solid, granular|VS bulk, scrap metal|VY bulk, solid, fine|WA IBC|WB wicker bottle|WC IBC, steel
WD IBC, aluminium|WF IBC, metal|WG IBC, steel, pressurised|WH IBC, aluminium, pressurised|WJ IBC, metal, pressurised
WK IBC, steel, liquid|WL IBC, aluminium, liquid|WM IBC, metal, liquid|WN IBC, woven plastic
WP IBC, woven plastic, coated|WQ IBC, woven plastic, liner|WR IBC, woven plastic, coated, liner|WS IBC, plastic film
WT IBC, textile|WU IBC, natural wood, liner|WV IBC, textile, coated|WW IBC, textile, liner
WX IBC, textile, coated, liner|WY IBC, plywood, liner|WZ IBC, reconstituted wood, liner
XA bag, woven plastic, no liner|XB bag, woven plastic, sift-proof|XC bag, woven plastic, water-resistant
XD bag, plastic film|XF bag, textile, no liner|XG bag, textile, sift-proof|XH bag, textile, water-resistant
XJ bag, paper, multi-wall|XK bag, paper, multi-wall, water-resistant|YA composite, plastic in steel drum
YB composite, plastic in steel crate|YC composite, plastic in aluminium drum
YD composite, plastic in aluminium crate|YF composite, plastic in wooden box|YG composite, plastic in plywood drum
YH composite, plastic in plywood box|YJ composite, plastic in fibre drum|YK composite, plastic in fibreboard box
YL composite, plastic in plastic drum|YM composite, plastic in plastic box|YN composite, glass in steel drum
YP composite, glass in steel crate|YQ composite, glass in aluminium drum|YR composite, glass in aluminium crate
YS composite, glass in wooden box|YT composite, glass in plywood drum|YV composite, glass in wicker hamper
YW composite, glass in fibre drum|YX composite, glass in fibreboard box|YY composite, glass in expandable plastic
YZ composite, glass in solid plastic|ZA IBC, paper, multi-wall|ZB bag, large
ZC IBC, paper, multi-wall, water-resistant|ZD IBC, rigid plastic, structural, solids
ZF IBC, rigid plastic, freestanding, solids|ZG IBC, rigid plastic, structural, pressurised
ZH IBC, rigid plastic, freestanding, pressurised|ZJ IBC, rigid plastic, structural, liquids
ZK IBC, rigid plastic, freestanding, liquids|ZL IBC, composite, rigid plastic, solids
ZM IBC, composite, flexible plastic, solids|ZN IBC, composite, rigid plastic, pressurised
ZP IBC, composite, flexible plastic, pressurised|ZQ IBC, composite, rigid plastic, liquids
ZR IBC, composite, flexible plastic, liquids|ZS IBC, composite|ZT IBC, fibreboard|ZU IBC, flexible
ZV IBC, metal, other than steel|ZW IBC, natural wood|ZX IBC, plywood|ZY IBC, reconstituted wood|ZZ mutually defined
"""
"""Codes of UN/ECE Recommendation 21, with short names."""

BULK = frozenset(("VG", "VL", "VO", "VQ", "VR", "VS", "VY"))
"""Codes of goods in bulk: their number of packages counts nothing."""


def packages() -> CodeList:
    """Return the list `package`."""
    return _own("package", "compact 2026", "UN/ECE Recommendation 21", PACKAGES, complete=False)
