"""English words that names of data are made of, and how people shorten them.

They tell where words end that are run together (``LISTEDSECURITY``) in catalogs that have no prose to learn it from,
and let ``cust_addr`` be found by "customer address". Other languages have none yet.
"""

_ENGLISH = """
a about above access account accounting accrual accrued accuracy acquisition action active activity actual add
addition additional address adjust adjusted adjustment admin administration administrator adult advance adverse
advertising after age agency agent aggregate aggregated agreement air aircraft airline airport alert alias all
allocation allowance alternate amendment amount analysis analyst and angle animal annual answer any app apparel appeal
applicant application applied appointment approach approval approve approved archive area arrears arrival art article
as asset assign assigned assignment associate association at attachment attack attempt attend attendance attribute
auction audience audit author authority auto automatic availability available average award away back background
backlog bad badge bag balance band bank bankruptcy bar barcode base baseline basic basis batch battery bed before
begin beginning behavior behaviour benefit best bid big bill billing bin bio birth black block blood blue board boat
body bond bonus book booking border borrower both bottom boundary box branch brand breach break bridge brief broadcast
broker browser bucket budget buffer build builder building bulk burn bus business buy buyer by cabin cable cache
calculated calculation calendar call campaign campus cancel cancellation cancelled candidate capacity capital car card
care career cargo carrier cart case cash casualty catalog category cause cell census center central centre certificate
certification chain chair change channel chapter character charge chart chassis chat check checkin checklist checkout
chemical cheque child children choice church circle circuit citation citizen city civil claim class classification
clean cleaning clear click client climate clinic clinical close closed closing closure cloud club cluster coach coast
code coding coin cold collateral collect collection college color colour column combination combined comment commerce
commercial commission commitment committee commodity common community company comparison compensation competition
complaint complete completed completion compliance component composite comprehensive computer concept condition
conference config configuration confirm confirmation connection consent consolidated constant construction consultant
consumer consumption contact container content contest context continent contingency contract contractor contribution
control conversion convert cook copy corporate corporation correct correction correlation cost count counter
counterparty country county coupon course court cover coverage craft crash create created creation creator credit crew
crime criteria crop cross culture currency current cursor curve custom customer cut cycle daily damage danger dash
data database dataset date day days deal dealer death debit debt debtor decision decline deduction default deferred
defined degree delay delayed delete deleted delivery demand demographic density department departure dependency
dependent deposit depreciation depth derivative derived description design destination detail details detection device
diagnosis diagram dictionary difference digital dim dimension diploma direct direction director disability discharge
disclosure discount disease disk dispatch display dispute distance distinct distribution distributor district dividend
division doctor document dog domain domestic donation donor door dose double down download draft draw driver drop drug
due dump duplicate duration duty dynamic each earned earning earnings east economic economy edge edit edition editor
education effect effective efficiency electric electricity element elevation eligible email emergency emission
employee employer employment empty enabled encounter end ending energy engine engineer engineering enrollment
enrolment enterprise entity entry environment equal equation equipment equity equivalent error estate estimate
estimated estimation ethnic event evidence exam exception excess exchange exclude excluded exclusion execution
exercise exit expected expense expiration expire expired expiry export exposure expression extended extension external
extra extract eye face facility fact factor faculty failed failure fair false family farm fashion fast father favorite
feature federal fee feedback female fiber fiduciary field figure file fill film filter final finance financial
financing find finding fine fire firm first fiscal fish fixed flag flat fleet flight floor flow fluid focus folder
food foot for force forecast foreign forest form format formula forward found foundation fraction frame framework
fraud free freight frequency friend from front fuel fulfillment full function fund funding fungi future gain gallery
game gap gas gate gender general generated generation generic geo geography geometry gift girl given glass global goal
gold good goods government grade grant graph grass gravity green grid gross ground group growth guarantee guaranteed
guest guide habitat half hand handling harvest has hash hazard head header health heart heat height help herb high
higher highway hire history hit hold holder holding holiday home horizontal hospital host hot hotel hour hours house
household housing human humidity icon idea identification identifier identity image impact impairment import
importance in inactive incident income incoming increase increment index indicator individual industry infection info
information infrastructure ingredient initial injury input inquiry insert inside inspection inspector installation
installment instance institute institution instruction instructor instrument insurance insured intake integration
intellectual intensity intent interaction interest interim internal international internet interval interview into
inventory invest investment investor invoice involved is island issue issued issuer item itinerary job join joint
journal journey judge junction jurisdiction key keyword kind kitchen label labor laboratory labour lake land landing
language large last late latest latitude law layer layout lead leader league learning lease leave ledger left legal
legislation length lesson letter level liabilities liability library licence license life light limit line linear link
liquid liquidity list listed listing literature live load loan local localization location lock log logged login
logistics long longitude lookup loss lost lot low lower loyalty machine magazine mail main maintenance major make
maker male manage managed management manager manual manufacturer manufacturing map margin marine marital mark market
marketing marketplace master match material matrix matter maturity max maximum meal mean measure measured measurement
media medical medication medicine medium meeting member membership memo memory men mental menu merchandise merchant
merge message meta metal meter method metric middle mile military milk mineral minimum minor minute missing mission
mobile mode model modification modified module money monitor monitoring month monthly mortality mortgage mother motion
motor mount move movement movie multi multiple municipal museum music name national nationality native natural nature
negative neighborhood neighbourhood net network new news next night node noise nominal non none normal north not note
notes notice notification number nurse nutrition object objective obligation observation observed observer occasion
occupancy occupation occurrence ocean odometer of off offence offense offer office officer official offset oil old on
online only open opening operating operation operator opinion opportunity option or order ordered orders organ
organisation organism organization origin original other out outbound outcome outlet output outside outstanding over
overall override overtime owned owner ownership pack package packaging page paid paint pair panel paper parameter
parcel parent park parking part participant participation partner partnership party pass passenger passport password
past path patient pattern pay payable payer payment payments payroll peak penalty pending pension people per percent
percentage performance period permanent permission permit person personal personnel phase phone photo physical
physician picture piece pilot place plan planned planning plant plate platform play player plot point points policy
political poll pollution pool population port portal portfolio position positive post postal posted posting potential
poverty power practice precision predicted prediction preference preferred premium preparation prescription present
president press pressure previous price pricing primary principal print printer prior priority private prize
probability problem procedure proceeds process processed processing procurement produce producer product production
profession professional professor profile profit program programme progress project promo promotion proof property
proportion proposal proposed protection protein protocol provided provider province provision public publication
publish published publisher pump purchase purchased purpose push quality quantity quarter quarterly query question
queue quick quota quote quoted race radio radius rail rain random range rank ranking rate rated rating ratio raw reach
reaction read reader reading ready real reason receipt receivable receivables receive received receiver recent recipe
recipient recognition recommendation record recorded recording recovery recruitment recurring red redemption reduction
reference referral referrer refund region regional register registered registration registry regular regulation reject
rejected related relation relationship relative release released remaining remark remarks removed renewal rent rental
repair repayment repeat replacement reply report reported reporting repository representative request requested
required requirement research reservation reserve reserved residence resident residential resolution resolved resource
response responsible restaurant restricted restriction restructuring result results retail retailer retained retention
retired retirement return returned revenue revenues reverse review revision reward right rights ring risk river road
role roll room rooms root round route routing row rule run safe safety salary sale sales same sample sampling
satellite satisfaction saved savings scale scan scenario schedule scheduled schema scheme scholarship school science
scope score screen script sea search season seat second secondary secret section sector secure securities security
seed segment select selected selection self seller selling seminar send sender sensor sent sentiment sequence serial
series server service services session set setting settings settlement severity sex shape share shared shareholder
shares sheet shelf shift ship shipment shipped shipper shipping shop shopping short show side sign signal signature
signup silver simple single site size skill skin sku slot small snapshot social society software soil solar sold
solution sort sound source south space span species specification specified specimen speed spend spending sport spread
stack staff stage standard start started starting state statement static station statistics status stay step stock
stop storage store stored storm story strategy stream street strength string structure student study style sub subject
submission submit submitted subscriber subscription substance subtotal success suite sum summary supplier supplies
supply support surface surgery surname survey suspension sustainability symbol symptom sync synonym system table
tables tag taken target task tax taxes taxon teacher team technical technician technology telephone television temp
temperature template temporary tenant term terminal terms territory test text the theme theory third threshold through
ticker ticket tier time times timestamp title to token tool top topic total tour tourism tournament town toxic track
tracking trade traded trader trading traffic trail train training transaction transactions transfer transit transition
translation transport transportation trap travel treasury treatment tree trend trial trigger trip truck true trust
turn turnover tutor type unit units university unknown unpaid unrealized until update updated upload upper urban usage
use used user utility vacation valid validation valuation value values variable variance variant vegetation vehicle
velocity vendor venue version vertical vessel victim video view violation virtual visibility visit visitor visits
visual volatility volume volunteer vote voter voucher wage wait wall warehouse warning warranty waste watch water wave
wealth weather web website week weekday weekend weekly weight west wheel white wholesale width wife wild will wind
window winner winter wish with withdrawal withheld withholding word work worker workflow working workload workshop
world worth write written year yearly yes yield young zip zone
"""

_ENGLISH_SHORT = """
abbr:abbreviation acad:academic acc:account accnt:account acct:account act:activity addl:additional addr:address
adj:adjustment adm:admin admin:administration agg:aggregate agmt:agreement agr:agreement alloc:allocation
alt:alternate amt:amount approx:approximate appt:appointment apt:apartment arr:arrival assoc:association
asst:assistant att:attribute attn:attention attr:attribute auth:authorization avail:available avg:average bal:balance
bgn:begin biz:business bkg:booking bldg:building brd:board cal:calendar calc:calculated cand:candidate cap:capacity
cat:category catg:category cd:code cert:certificate cfg:configuration chg:change chk:check chrg:charge clm:claim
cls:class cmnt:comment cmt:comment cnfg:configuration cnt:count cntct:contact cntr:center cntrct:contract
cntry:country col:column coll:collection comm:communication comp:company concat:concatenated cond:condition
conf:configuration config:configuration cont:contract contr:contract conv:conversion coord:coordinate corp:corporation
corr:correction cpn:coupon crd:credit cre:created crs:course crse:course crt:created ctgry:category ctr:center
ctry:country cty:city cur:currency curncy:currency curr:currency cust:customer custm:customer dbl:double decl:decline
def:definition deg:degree del:delete deliv:delivery dep:department dept:department desc:description descr:description
dest:destination det:detail dev:device dflt:default diag:diagnosis diff:difference dim:dimension dir:direction
disc:discount dist:distance distr:distribution div:division dlv:delivery dlvry:delivery dmg:damage dob:birth
doc:document dom:domain dpt:department drv:driver dscnt:discount dt:date dte:date dur:duration efctv:effective
eff:effective elec:electric elev:elevation emer:emergency emp:employee empl:employee employ:employment enc:encounter
eng:engine enr:enrollment enrl:enrollment ent:entity env:environment eq:equipment equip:equipment err:error
est:estimated eval:evaluation evt:event exch:exchange exec:execution exp:expiration expr:expression ext:extension
fac:facility fam:family fclty:facility fcst:forecast fin:financial fld:field flg:flag flt:flight fmt:format
fname:first freq:frequency frgn:foreign frt:freight fwd:forward gen:general geo:geography geog:geography gl:ledger
gov:government govt:government grp:group grs:gross gvmt:government hdr:header hist:history hol:holiday hosp:hospital
hr:hour hrs:hours id:identifier ident:identifier idx:index img:image imp:import inc:income incl:included ind:indicator
indiv:individual indus:industry inf:information info:information init:initial ins:insurance insp:inspection
inst:institution instr:instructor intl:international inv:invoice invest:investment invtry:inventory itm:item
jrnl:journal juris:jurisdiction lang:language lat:latitude ldgr:ledger len:length liab:liability lic:license lim:limit
lkp:lookup ln:line lname:last lng:longitude loc:location lon:longitude lst:list ltr:letter lu:lookup lvl:level
maint:maintenance manuf:manufacturer max:maximum mbr:member mdl:model mech:mechanical med:medical mem:member
mes:measure meth:method mfg:manufacturing mfr:manufacturer mgmt:management mgr:manager mgt:management mid:middle
min:minimum misc:miscellaneous mkt:market mktg:marketing mnth:month mo:month mod:modified mon:month msg:message
mst:master mstr:master mtg:meeting mth:month mtl:material mtrl:material mun:municipal nat:national natl:national
nbr:number ncls:class nm:name nmbr:number nr:number ntfy:notification num:number obj:object obs:observation
occ:occupation occur:occurrence ofc:office off:office opp:opportunity opr:operator ops:operations opt:option ord:order
org:organization orgn:organization orig:original oth:other pat:patient paymt:payment pct:percent perc:percent
perf:performance perm:permission pers:person pgm:program ph:phone phn:phone phys:physical pk:primary pkg:package
plcy:policy pln:plan pmt:payment pop:population pos:position posn:position poss:possible prc:price pref:preference
prem:premium prev:previous pri:primary prim:primary princ:principal prio:priority prj:project prob:probability
proc:process prod:product prof:professional prog:program proj:project prop:property prov:provider prsn:person
prty:party pt:patient ptnt:patient pub:publication pur:purchase purch:purchase pwd:password pymt:payment qlty:quality
qry:query qstn:question qte:quote qtr:quarter qty:quantity quant:quantity rcpt:receipt rcv:receive rcvd:received
rec:record recv:receive ref:reference reg:region regn:region rel:relation rep:representative req:request reqd:required
res:result resp:response ret:return rev:revenue rgn:region rm:room rpt:report rsn:reason rsrc:resource rte:route
sal:salary sched:schedule sec:security sect:section seq:sequence sess:session sev:severity shp:ship shpmt:shipment
sig:signature sls:sales sn:serial spc:species spec:specification spp:species sq:square src:source srv:service
srvc:service stat:status stats:statistics std:standard stds:standards stdt:student stmt:statement stn:station
strt:start stud:student sub:subject subj:subject subs:subscription subtot:subtotal supp:supplier suppl:supplier
supv:supervisor surv:survey svc:service sym:symbol sys:system tbl:table tech:technical tel:telephone temp:temperature
terr:territory tgt:target tkt:ticket tm:time tmp:temporary tot:total tran:transaction trans:transaction
transf:transfer trk:track trmt:treatment trn:transaction trx:transaction tx:transaction txn:transaction txt:text
typ:type univ:university unk:unknown uom:unit upd:update updt:update usr:user util:utility val:value var:variable
veg:vegetation veh:vehicle vend:vendor ver:version vol:volume wgt:weight wh:warehouse whse:warehouse wk:week wrk:work
wt:weight xfer:transfer xref:reference yr:year yrs:years zip:postal
"""

_WORDS = {"english": frozenset(_ENGLISH.split())}
_SHORT = {"english": dict(pair.split(":") for pair in _ENGLISH_SHORT.split())}


def words_of(language: str) -> frozenset[str]:
    """Return the folded words that are known beforehand in a language."""
    return _WORDS.get(language, frozenset())


def short_forms(language: str) -> dict[str, str]:
    """Return what shortened words stand for."""
    return _SHORT.get(language, {})
