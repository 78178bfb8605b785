/// Countries by the names that people and forms give them.
enum CountryNames {
    /// The ISO 3166-1 alpha-2 code of a name in one of the usual languages of Europe or in the country's own, of the
    /// alpha-3 code, or of a code that is used besides ISO's (UK, EL). `nil` for anything else: a guess would be worse
    /// than no country.
    static func code(of text: String) -> String? {
        let name = text.plain.inLowerCase.dropping { $0.isBlank || $0.isPunctuation || $0.isSymbol }
        return names[name]
    }

    private static let names: [String: String] = {
        var names: [String: String] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for word in words.dropFirst() { names[word] = words[0] }
        }
        return names
    }()

    /// Code, names without blanks and punctuation (Unicode CLDR).
    private static let table = """
        AD and andora andorra andorre ανδόρα андора андорра
        AE apvienotiearābuemirāti araabiaühendemiraadid arabiemiirikunnat are birleşikarapemirlikleri
        AE deforenedearabiskeemirater deforentearabiskeemirater egyesültarabemírségek emiradosárabesunidos
        AE emiratelearabeunite emiratiarabiuniti emiratosárabesunidos förenadearabemiraten jungtiniaiarabųemyratai
        AE spojenéarabskéemiráty uae ujedinjeniarapskiemirati unitedarabemirates vereinigtearabischeemirate
        AE verenigdearabischeemiraten združeniarabskiemirati zjednoczoneemiratyarabskie émiratsarabesunis
        AE ηνωμένααραβικάεμιράτα оаэ обʼєднаніарабськіемірати обединениарабскиемирства الإماراتالعربيةالمتحدة
        AF afeganistão afg afganistan afganistán afghanistan افغانستان
        AG antiguaandbarbuda antiguabarbuda antiguaebarbuda antiguaenbarbuda antiguaetbarbuda antiguaibarbuda
        AG antiguaundbarbuda antiguaybarbuda antíguaebarbuda atg
        AI aia anguila anguilla
        AL alb albaania albania albanie albanien albanija albanië albánia albánie albánsko albânia albānija arnavutluk
        AL shqipëri αλβανία албания албанія
        AM arm armenia armenien armenië arménie armênia հայաստան
        AO ago angola
        AQ antarctica antarctique antarktis antarktyda antartide antártida ata
        AR arg argentiina argentina argentine argentinien argentinië argentyna argentína argentīna arjantin αργεντινή
        AR аргентина аржентина
        AS americansamoa amerikaanssamoa amerikanischsamoa asm samoaamericana samoaamericane samoaamerykańskie
        AS samoaaméricaines
        AT austria austrija ausztria aut autriche avstrija avusturya itävalta oesterreich oostenrijk osterreich rakousko
        AT rakúsko áustria österreich österrike østerrike østrig αυστρία австрия австрія
        AU aus austraalia australia australie australien australija australië austrália austrálie austrālija ausztrália
        AU avstralija avustralya αυστραλία австралия австралія
        AW abw aruba
        AX ala ilhasaland islasaland isoleåland wyspyalandzkie åland ålandinseln ålandislands îlesåland
        AZ aserbaidschan aze azerbaigian azerbaijan azerbaijão azerbaiyán azerbaïdjan azerbeidzjan azerbejdżan
        AZ azərbaycan азәрбајҹан
        BA bih bosnaahercegovina bosnahersek bosnaihercegovina bosnainhercegovina bosniaandherzegovina
        BA bosniaederzegovina bosniahercegovina bosniaherzegovina bosniajahertsegoviina bosniajahertsegovina
        BA bosniayherzegovina bosniașiherțegovina bosnieherzégovine bosnienhercegovina bosnienochhercegovina
        BA bosnienundherzegowina bosnijairhercegovina bosnijaunhercegovina bosniëenherzegovina boszniahercegovina
        BA bośniaihercegowina bósniaeherzegovina βοσνίαερζεγοβίνη боснаихерцеговина боснияигерцеговина
        BA босніяігерцеговина
        BB barbade barbados brb
        BD bangladesch bangladesh bangladesz bangladés bgd বাংলাদেশ
        BE bel belgia belgicko belgie belgien belgija belgio belgique belgium belgië belçika beļģija bélgica βέλγιο
        BE белгия бельгия бельгія
        BF bfa burkinafaso burquinafaso
        BG bgr bolgarija bugarska bulgaaria bulgaria bulgarie bulgarien bulgarija bulgarije bulgaristan bulgária
        BG bulgārija bulharsko bułgaria βουλγαρία болгария болгарія българия
        BH bahrain bahrajn bahrein bahreïn barein baréin bhr البحرين
        BI bdi burundi uburundi
        BJ ben benin benín bénin
        BL blm saintbarthélemy sanbartolomé stbarthélemy sãobartolomeu
        BM bermuda bermudas bermudes bermudy bmu
        BN brn brunei bruneidarussalam brunéi بروني
        BO bol bolivia boliviaplurinationalstateof bolivie bolivien boliwia bolívia
        BQ bes caraibiolandesi caribbeannetherlands caribeneerlandés caribischnederland karibischeniederlande
        BQ niderlandykaraibskie paysbascaribéens paísesbaixoscaribenhos
        BR bra brasiilia brasil brasile brasilia brasilien brazil brazilia brazilija brazilië brazylia brazília brazílie
        BR brazīlija brezilya brésil βραζιλία бразилия бразилія
        BS bahamas bahamy bhs
        BT bhoutan bhutan btn bután butão འབྲུག
        BV bouveteiland bouvetinsel bouvetisland bvt ilhabouvet islabouvet isolabouvet wyspabouveta îlebouvet
        BW botsuana botswana bwa
        BY baltarusija baltkrievija belarus belarusz belorusija białoruś bielorrusia bielorrússia bielorusko bielorussia
        BY biélorussie bjelorusija blr bělorusko valgevene valkovenäjä λευκορωσία беларус беларусь білорусь
        BZ belice belize blz
        CA can canada canadá kanada kanāda καναδάς канада
        CC cck cocoseilanden cocoskeelingislands ilhascocoskeeling islascocos isolecocoskeeling kokosinseln
        CC wyspykokosowe îlescocos
        CD cod congokinshasa demokratycznarepublikakonga kongokinshasa repúblicademocráticadelcongo zar
        CF caf centraalafrikaanserepubliek centralafricanrepublic ködörösêsetîbêafrîka repubblicacentrafricana
        CF republikaśrodkowoafrykańska repúblicacentroafricana républiquecentrafricaine zentralafrikanischerepublik
        CG cog congo congobrazzaville kongo kongobrazzaville repúblicadocongo
        CH che elveția i̇sviçre schweiz suisse suiza suíça sveits sveitsi svizzera svájc switzerland szwajcaria
        CH zwitserland švajčiarsko šveicarija šveice šveits švica švicarska švýcarsko ελβετία швейцария швейцарія
        CI civ costadavorio costadomarfim côtedivoire ivoorkust ivorycoast
        CK cok cookeilanden cookinseln cookislands ilhascook islascook isolecook wyspycooka îlescook
        CL chile chili chl cile tšiili čile čilė čīle şili χιλή чили чилі
        CM camarões cameroon cameroun camerun camerún cmr kameroen kamerun
        CN china chine chiny chn cina hiina kiina kina kinija kitajska kína çin čína ķīna κίνα китай 中国
        CO col colombia colombie columbia colômbia kolombiya kolumbia kolumbie kolumbien kolumbija κολομβία колумбия
        CO колумбія
        CR costarica cri kostaryka
        CU cub cuba kuba
        CV caboverde capeverde capoverde capvert cpv kaapverdië republikazielonegoprzylądka
        CW curazao curaçao cuw
        CX christmaseiland christmasisland cxr ilhachristmas isladenavidad isolachristmas weihnachtsinsel
        CX wyspabożegonarodzenia îlechristmas
        CY chipre chypre cipar ciper cipro cipru ciprus cyp cypern cypr cyprus kipra kipras kypr kypros küpros kıbrıs
        CY zypern κύπρος кипр кипър кіпр
        CZ cechia cehia chequia csehország cze czechia czechrepublic czechy tchéquia tchéquie tjeckien tjekkiet
        CZ tschechien tschechischerepublik tsjechië tsjekkia tšehhi tšekki çekya čehija čekija česko češka τσεχία чехия
        CZ чехія
        DE alemanha alemania allemagne almanya brd bundesrepublikdeutschland ddr deu deutschland duitsland
        DE federalrepublicofgermany germania germany nemecko nemčija niemcy njemačka németország německo saksa saksamaa
        DE tyskland vokietija vācija γερμανία германия німеччина
        DJ dji djibouti djibuti dschibuti dżibuti gibuti yibuti جيبوتي
        DK daenemark danemarca danemark dania danija danimarca danimarka danmark danska denemarken denmark dinamarca dnk
        DK dánia dánsko dänemark dānija taani tanska δανία дания данія
        DM dma dominica dominika dominique
        DO dom dominicaanserepubliek dominicanrepublic dominikana dominikanischerepublik repubblicadominicana
        DO repúblicadominicana républiquedominicaine
        DZ algeria algerie algerien algeriet algerije algieria algéria algérie alžeeria alžir alžirija alžyras alžírsko
        DZ alžīrija argelia argélia cezayir dza αλγερία алжир الجزائر
        EC ecu ecuador ekwador equador équateur
        EE eesti est estija estland estonia estonie estonija estonsko estonya estónsko estônia igaunija viro észtország
        EE εσθονία естония естонія эстония
        EG egipat egipt egiptas egipto egiptus egito egitto egy egyiptom egypt egypte egypten egypti mısır ägypten
        EG égypte ēģipte αίγυπτος египет єгипет مصر
        EH esh saaraocidental saharaoccidental saharaoccidentale saharazachodnia sáharaoccidental westelijkesahara
        EH westernsahara westsahara الصحراءالغربية
        ER eri eritrea eritreia erytrea érythrée إريتريا
        ES esp espagne espana espanha espanja españa hispaania hiszpania ispanija i̇spanya spagna spain spania spanien
        ES spanje spanyolország spānija španielsko španija španjolska španělsko ισπανία испания іспанія
        ET eth ethiopia ethiopië etiopia etiopía etiópia äthiopien éthiopie ኢትዮጵያ
        FI fin finland finlanda finlande finlandia finlandiya finlândia finnland finnország finska finsko fínsko somija
        FI soome suomi suomija φινλανδία финландия финляндия фінляндія
        FJ fidji fidschi fidżi figi fiji fiyi fji
        FK falklandeilanden falklandinseln falklandislands falklandy flk ilhasmalvinas islasmalvinas isolefalkland
        FK îlesmalouines
        FM fsm micronesia micronésia micronésie mikronesien mikronezja
        FO faeröer faroeislands fro färöer føroyar ilhasfaroé islasferoe isolefærøer wyspyowcze îlesféroé
        FR fra france francia franciaország francie francija francja francuska francúzsko frankreich frankrig frankrijk
        FR frankrike fransa frança franța fxx prancūzija prantsusmaa ranska γαλλία франция франція
        GA gab gabon gabun gabão gabón
        GB apvienotākaraliste birleşikkrallık britain egyesültkirályság england gbr granbretagna granbretaña
        GB grandebretagne greatbritain grossbritannien großbritannien isobritannia jungtinėkaralystė northernireland
        GB regatulunit regnounito reinounido royaumeuni scotland spojenékrálovství spojenékráľovstvo storbritannia
        GB storbritannien ujedinjenokraljevstvo uk unitedkingdom unitedkingdomofgreatbritainandnorthernireland
        GB vereinigteskönigreich verenigdkoninkrijk wales wielkabrytania združenokraljestvo ühendkuningriik
        GB ηνωμένοβασίλειο великабританія великобритания обединенотокралство
        GD granada grd grenada grenade
        GE geo georgia georgien georgië geórgia gruzja géorgie საქართველო
        GF fransguyana französischguayana frenchguiana guayanafrancesa guf guianafrancesa gujanafrancuska guyanafrancese
        GF guyanefrançaise
        GG ggy guernesey guernsey
        GH gana gha ghana
        GI gib gibilterra gibraltar
        GL greenland grenlandia grl groenland groenlandia groenlândia grönland kalaallitnunaat
        GM gambia gambie gmb gâmbia
        GN gin guinea guinee guiné guinée gwinea
        GP glp guadalupa guadalupe guadeloupe gwadelupa
        GQ equatoriaalguinea equatorialguinea gnq guineaecuatorial guineaequatoriale guinéequatorial guinéeéquatoriale
        GQ gwinearównikowa äquatorialguinea
        GR el graikija grc grecia grecja greece grekland griechenland griekenland grieķija grækenland grèce grécia
        GR grécko grčija grčka görögország hellas kreeka kreikka yunanistan řecko ελλάδα греция греція гърция
        GS georgiadelsudesandwichaustrali georgiapołudniowaisandwichpołudniowy géorgiedusudetlesîlessandwichdusud
        GS ilhasgeórgiadosulesandwichdosul islasgeorgiadelsurysandwichdelsur sgs southgeorgiaandsouthsandwichislands
        GS southgeorgiasouthsandwichislands südgeorgienunddiesüdlichensandwichinseln
        GS zuidgeorgiaenzuidelijkesandwicheilanden
        GT gtm guatemala gwatemala
        GU guam gum
        GW gnb guineabissau guineabisáu guineebissau guinébissau guinéebissau gwineabissau
        GY guiana gujana guy guyana
        HK hkg hongkong hongkongraedachina hongkongsarchina hongkongsarvanchina raedehongkongchina raschinoisedehongkong
        HK rasdihongkong sonderverwaltungsregionhongkong srahongkongchiny 中國香港特別行政區
        HM heardenmcdonaldeilanden heardislandandmcdonaldislands heardislandmcdonaldislands heardundmcdonaldinseln hmd
        HM ilhasheardemcdonald islasheardymcdonald isoleheardemcdonald wyspyheardimcdonalda îlesheardetmacdonald
        HN hnd honduras
        HR chorvatsko chorvátsko chorwacja croacia croatia croatie croazia croația croácia horvaatia horvátország
        HR horvātija hrv hrvatska hrvaška hırvatistan kroatia kroatien kroatija kroatië κροατία хорватия хорватія
        HR хърватия
        HT haiti haití haïti hti
        HU hongarije hongrie hun hungary hungria hungría macaristan madžarska magyarország maďarsko mađarska ungari
        HU ungaria ungarn ungern ungheria ungārija unkari vengrija węgry ουγγαρία венгрия угорщина унгария
        ID endonezya idn indoneesia indonesia indonesien indonesië indonezia indonezija indonezja indonésia indonésie
        ID indonézia indonēzija ινδονησία индонезия індонезія
        IE airija ierland iirimaa ireland irl irland irlanda irlande irlandia irlanti irska irsko i̇rlanda
        IE republicofireland éire írország írsko īrija ιρλανδία ирландия ірландія
        IL iisrael isr israel israele israël izrael izraelis izraēla i̇srail ισραήλ израел израиль ізраїль ישראל إسرائيل
        IM ellanvannin ilhademan imn islademan isleofman isoladiman wyspaman îledeman
        IN hindistan ind inde india indie indien indija intia índia ινδία индия індія भारत
        IO britischesterritoriumimindischenozean britishindianoceanterritory britsindischeoceaanterritorium
        IO brytyjskieterytoriumoceanuindyjskiego iot territoirebritanniquedelocéanindien
        IO territoriobritannicodelloceanoindiano territoriobritánicodelocéanoíndico territóriobritânicodooceanoíndico
        IQ iraak irak irakas iraq iraque irq irák irāka ιράκ ирак ірак العراق
        IR iraan iran iranas iranislamicrepublicof irn irán irã irāna i̇ran írán ιράν иран іран ایران
        IS iceland ijsland isl island islanda islande islandia islandija islanti islândia izland i̇zlanda ísland
        IS ισλανδία исландия ісландія
        IT ita itaalia italia italie italien italija italië italy itália itálie itālija i̇talya olaszország taliansko
        IT włochy ιταλία италия італія
        JE jersey jey
        JM giamaica jam jamaica jamaika jamajka jamaïque
        JO giordania jor jordan jordania jordanie jordanien jordanië jordânia الأردن
        JP giappone jaapan japan japani japon japonia japonija japonska japonsko japonya japán japão japón japāna jpn
        JP ιαπωνία япония японія 日本
        KE keenia ken kenia kenija kenya keňa quênia κένυα кения кенія
        KG kgz kirghizistan kirghizstan kirgisistan kirgistan kirgizië kirguistán kyrgyzstan quirguistão киргизия
        KG кыргызстан
        KH cambodge cambodia cambodja cambogia camboja camboya kambodscha kambodża khm កម្ពុជា
        KI kir kiribati quiribati
        KM com comoras comore comoren comores comoros komoren komory جزرالقمر
        KN kna saintchristopheetniévès saintkittsenevis saintkittsennevis saintkittsinevis sancristóbalynieves
        KN stkittsandnevis stkittsnevis stkittsundnevis sãocristóvãoenévis
        KP coreadelnord coreadelnorte coreiadonorte coréedunord koreapółnocna noordkorea nordkorea northkorea prk 북한
        KR coreadelsud coreadelsur coreeadesud coreiadosul coréedusud dienvidkoreja délkorea eteläkorea güneykore
        KR jižníkorea južnakoreja južnákórea kor koreapołudniowa korearepublicof lõunakorea pietųkorėja republicofkorea
        KR southkorea sydkorea sørkorea südkorea zuidkorea νότιακορέα південнакорея республикакорея южнакорея 대한민국
        KW koeweit koweït kuvait kuvajt kuveit kuveita kuveitas kuveyt kuwait kuweit kuwejt kwt κουβέιτ кувейт الكويت
        KY caymanislands cym ilhascayman islascaimán isolecayman kaaimaneilanden kaimaninseln kajmany îlescaïmans
        KZ cazaquistão kasachstan kaz kazachstan kazajistán kazakhstan kazakistan казахстан қазақстан
        LA lao laos ລາວ
        LB lbn lebanon liban libano libanon líbano لبنان
        LC lca saintelucie saintlucia santalucía santalúcia stlucia
        LI lichtenštajnsko lichtenšteinas lichtenštejnsko lie liechtenstein lihtenštajn lihtenšteina λιχτενστάιν
        LI лихтенштейн лихтенщайн ліхтенштейн
        LK lka srilanka இலங்கை ශ්රීලංකාව
        LR lbr liberia libéria
        LS lesotho lesoto lso
        LT leedu liettua lietuva litauen lithuania litouwen lituania lituanie lituânia litva litvanya litvánia litwa ltu
        LT λιθουανία литва
        LU liuksemburgas lucembursko luksemburg luksemburga lussemburgo lux luxembourg luxemburg luxemburgo luxembursko
        LU lëtzebuerg lüksemburg λουξεμβούργο люксембург
        LV latvia latvija letland letonia letonya lettland lettonia lettonie lettország letônia lotyšsko lva läti łotwa
        LV λετονία латвия латвія
        LY lby libia libië libya libye libyen líbia ليبيا
        MA fas mar maroc marocco marocko maroka marokas marokko marokkó maroko marrocos marruecos meṛṛuk morocco μαρόκο
        MA марокко мароко المغرب
        MC mco monaco monakas monako mónaco mônaco μονακό монако
        MD mda moldavia moldavie moldavië moldova moldovarepublicof moldávia mołdawia republicamoldova republikmoldau
        ME crnagora czarnogóra juodkalnija karadağ melnkalne mne montenegro montenegró monténégro muntenegru černáhora
        ME čiernahora črnagora μαυροβούνιο чернагора черногория чорногорія
        MF maf saintmartin sanmartín stmartin sãomartinho
        MG madagascar madagasikara madagaskar mdg
        MH ilhasmarshall islasmarshall isolemarshall marshalleilanden marshallinseln marshallislands mhl wyspymarshalla
        MH îlesmarshall
        MK kuzeymakedonya macedonia macedoniadelnord macedoniadelnorte macedoniadenord macedoniapółnocna
        MK macedôniadonorte macédoinedunord mkd noordmacedonië nordmakedonia nordmakedonien nordmazedonien
        MK northmacedonia pohjoismakedonia põhjamakedoonia severnamakedonija severnémacedónsko severnímakedonie
        MK sjevernamakedonija ziemeļmaķedonija északmacedónia šiaurėsmakedonija βόρειαμακεδονία північнамакедонія
        MK севернамакедония севернамакедонија севернаямакедония
        ML mali mli
        MM bur burma mianmarbirmânia mjanmabirma mmr myanmar myanmarbirma myanmarbirmania myanmarbirmanie myanmarburma
        MM မြန်မာ
        MN mng mongolei mongolia mongolie mongolië mongólia монгол
        MO mac macao macaosarchina macau macauraedachina macausarvanchina raedemacaochina raschinoisedemacao rasdimacao
        MO sonderverwaltungsregionmacau sramakauchiny 中國澳門特別行政區
        MP ilhasmarianasdonorte islasmarianasdelnorte isolemariannesettentrionali marianypółnocne mnp
        MP noordelijkemarianen northernmarianaislands nördlichemarianen îlesmariannesdunord
        MQ martinica martinique martynika mtq
        MR mauretania mauretanien mauritania mauritanie mauritanië mauritânia mrt موريتانيا
        MS montserrat msr
        MT malta malte mlt málta μάλτα малта мальта
        MU maurice mauricio mauritius maurício mus
        MV maldivas maldive maldiven maldives malediven malediwy mdv ދިވެހިރާއްޖެ
        MW malaui malawi mwi
        MX mehhiko mehika meksika meksiko meksyk messico mex mexic mexico mexiko mexikó mexique méxico μεξικό мексика
        MX мексико
        MY malaisia malaisie malaizija malajsie malajzia malasia malaysia maleisië malesia malezija malezja malezya
        MY malásia mys μαλαισία малайзия малайзія
        MZ mosambik moz mozambico mozambik mozambique moçambique
        NA nam namibia namibie namibië namíbia
        NC ncl neukaledonien newcaledonia nieuwcaledonië nouvellecalédonie novacaledônia nowakaledonia nuevacaledonia
        NC nuovacaledonia
        NE ner niger níger
        NF ilhanorfolk islanorfolk isolanorfolk nfk norfolk norfolkinsel norfolkisland îlenorfolk
        NG nga nigeeria nigeria nigerija nigéria nigérie nigērija nijerya nàìjíríà νιγηρία нигерия нігерія
        NI nic nicaragua nicarágua nikaragua
        NL alankomaat holandia holandsko holland hollanda hollandia nederland nederlandene nederländerna netherlands
        NL niederlande nizozemska nizozemsko nld nyderlandai nīderlande paesibassi paysbas paísesbaixos paísesbajos
        NL thenetherlands țăriledejos κάτωχώρες нидерландия нидерланды нідерланди
        NO noorwegen nor noreg norge norja norra norsko noruega norvegia norvegija norveç norveška norvège norvégia
        NO norvēģija norway norwegen norwegia nórsko νορβηγία норвегия норвегія
        NP nepal npl népal नेपाल
        NR nauru nru
        NU niu niue
        NZ aotearoa jaunzēlande naujojizelandija neuseeland newzealand nieuwzeeland nouazeelandă nouvellezélande
        NZ novazelandija novazelândia novizeland novýzéland nowazelandia nuevazelanda nuovazelanda nyazeeland nzl
        NZ uusiseelanti uusmeremaa yenizelanda újzéland νέαζηλανδία новазеландия новазеландія новаязеландия
        OM oman omn omán omã عُمان
        PA pan panama panamá
        PE per peru peruu perù perú pérou περού перу
        PF franspolynesië französischpolynesien frenchpolynesia polinesiafrancesa polinesiafrancese polinezjafrancuska
        PF polinésiafrancesa polynésiefrançaise pyf
        PG papoeanieuwguinea papouasienouvelleguinée papuaneuguinea papuanewguinea papuaniugini papuanovaguiné
        PG papuanowagwinea papuanuovaguinea papúanuevaguinea png
        PH filipiinid filipijnen filipinai filipinas filipine filipini filipinler filipiny filippiinit filippine
        PH filippinene filippinerna filippinerne filipíny filipīnas fülöpszigetek philippinen philippines phl pilipinas
        PH φιλιππίνες филипини филиппины філіппіни
        PK pak pakistan pakistán paquistão پاکستان
        PL lengyelország lenkija pol poland polen polija poljska pologne polonia polonya polska polsko polônia poola
        PL poľsko puola πολωνία полша польша польща
        PM saintpierreemiquelon saintpierreenmiquelon saintpierreetmiquelon saintpierreimiquelon sanpedroymiquelón spm
        PM stpierreandmiquelon stpierremiquelon stpierreundmiquelon sãopedroemiquelão
        PN ilhaspitcairn islaspitcairn isolepitcairn pcn pitcairn pitcairneilanden pitcairninseln pitcairnislands
        PN îlespitcairn
        PR portorico portoryko pri puertorico
        PS palestijnsegebieden palestine palestinianterritories palästinensischeautonomiegebiete pse
        PS territoirespalestiniens territoriospalestinos territoripalestinesi territóriospalestinos
        PS terytoriapalestyńskie الأراضيالفلسطينية
        PT portekiz portogallo portugal portugali portugalia portugalija portugalska portugalsko portugália portugāle
        PT prt πορτογαλία португалия португалія
        PW palaos palau plw
        PY paraguai paraguay paragwaj pry
        QA catar katar katara kataras qat qatar κατάρ катар قطر
        RE laréunion reu reunion reunião reunión riunione réunion
        RO roemenië romania romanya romunija románia românia romênia rou roumanie rumaenien rumanía rumeenia rumunia
        RO rumunija rumunjska rumunsko rumänien rumænien rumānija ρουμανία румунія румъния румыния
        RS serbia serbie serbien serbija servië srb srbija srbsko szerbia sérvia sırbistan σερβία сербия сербія србија
        RS сърбия
        RU krievija oroszország rosja rus rusia rusija rusko rusland russia russianfederation russie russland rusya
        RU ryssland rússia venemaa venäjä ρωσία россия росія русия
        RW ruanda rwa rwanda urwanda
        SA arabiasaudita arabiasaudită arabiasaudyjska arabiasaudí arabiesaoudite arábiasaudita saoediarabië sau
        SA saudiaraabia saudiarabia saudiarabien saudijskaarabija saudoarabija saudovaarabija saudskáarábia
        SA saúdskáarábie saūdaarābija suudiarabistan szaúdarábia σαουδικήαραβία саудитскаарабия саудовскаяаравия
        SA саудівськааравія المملكةالعربيةالسعودية
        SB ilhassalomão islassalomón isolesalomone salomonen salomonseilanden slb solomonislands wyspysalomona
        SB îlessalomon
        SC seicheles seszele seychellen seychelles syc
        SD sdn soedan soudan sudan sudán sudão السودان
        SE i̇sveç rootsi ruotsi schweden suecia suedia suède suécia sverige svezia svédország swe sweden szwecja
        SE zviedrija zweden švedija švedska švédsko σουηδία швеция швеція
        SG sgp singapore singapour singapur singapura singapūra singapūras szingapúr σιγκαπούρη сингапур сінгапур
        SG சிங்கப்பூர் 新加坡
        SH saintehélène santaelena santahelena santelena shn sinthelena sthelena sthelenaascensionandtristandacunha
        SH sthelenaascensiontristandacunha wyspaświętejheleny
        SI eslovenia eslovênia sloveenia slovenia slovenien slovenija slovenië slovenya slovinsko slovénie slovēnija
        SI slovėnija slowenien svn szlovénia słowenia σλοβενία словения словенія
        SJ sjm spitsbergenenjanmayen spitzbergenundjanmayen svalbardandjanmayen svalbardejanmayen svalbardetjanmayen
        SJ svalbardijanmayen svalbardjanmayen svalbardogjanmayen svalbardyjanmayen
        SK eslovaquia eslováquia slovacchia slovacia slovakia slovakien slovakiet slovakija slovakkia slovakya slovaquie
        SK slovačka slovaška slovensko slovākija slowakei slowakije svk szlovákia słowacja σλοβακία словакия словаччина
        SL serraleoa sierraleona sierraleone sle
        SM rsm saintmarin sanmarinas sanmarino sanmaríno sanmarīno smr άγιοςμαρίνος санмарино
        SN sen senegal sénégal
        SO som somalia somalie somalië somália soomaaliya الصومال
        SR sur surinam suriname
        SS soudandusud southsudan ssd sudanpołudniowy sudsudan sudándelsur sudãodosul südsudan zuidsoedan
        ST santotoméypríncipe saotoméenprincipe saotoméetprincipe stp sãotoméandpríncipe sãotoméepríncipe
        ST sãotomépríncipe sãotoméundpríncipe wyspyświętegotomaszaiksiążęca
        SV elsalvador salvador salwador slv
        SX saintmartinpartienéerlandaise sintmaarten sxm
        SY siria syr syria syrie syrien syrië síria سوريا
        SZ essuatíni esuatini eswatini swaziland swz
        TC ilhasturcasecaicos islasturcasycaicos isoleturksecaicos tca turksandcaicosislands turkscaicosislands
        TC turksencaicoseilanden turksicaicos turksundcaicosinseln îlesturquesetcaïques
        TD chad chade ciad czad tcd tchad tschad tsjaad تشاد
        TF atf francuskieterytoriapołudnioweiantarktyczne fransegebiedenindezuidelijkeindischeoceaan
        TF französischesüdundantarktisgebiete frenchsouthernandantarcticlands terreaustralifrancesi
        TF terresaustralesfrançaises territoriosaustralesfranceses territóriosfrancesesdosul
        TG tgo togo
        TH tai tailandas tailandia tailândia taizeme tajland tajlandia tajska tayland tha thaiföld thailand thailanda
        TH thailandia thaimaa thajsko thaïlande ταϊλάνδη таиланд тайланд таїланд ไทย
        TJ tadjikistan tadjiquistão tadschikistan tadzjikistan tadżykistan tagikistan tajikistan tayikistán tjk
        TJ тоҷикистон
        TK tkl tokelau
        TL oosttimor timorest timorleste timororiental timorwschodni tls tmp
        TM tkm turcomenistão turkmenistan turkmenistán turkménistan türkmenistan
        TN tun tuneesia tunesien tunesië tunezja tunis tunisas tunisia tunisie tunisien tunisija tunisko tunizija tunus
        TN tunézia tunísia túnez τυνησία тунис туніс تونس
        TO ton tonga
        TR tuerkei tur turchia turcia turcija turcja turecko turkey turkiet turkija turkije turkiye turkki turquia
        TR turquie turquía turska turčija tyrkia tyrkiet törökország türgi türkei türkiye τουρκία туреччина турция
        TT trinidadandtobago trinidadentobago trinidadetobago trinidadtobago trinidadundtobago trinidadytobago
        TT trinitéettobago trynidaditobago tto
        TV tuv tuvalu
        TW taiwan taiwanprovinceofchina taiwán tajwan taïwan twn 台灣
        TZ tansania tanzania tanzaniaunitedrepublicof tanzanie tanzânia tza
        UA oekraïne ucraina ucrania ucrânia ukr ukraina ukraine ukrajina ukrajna ukrayna ουκρανία украина украйна
        UA україна
        UG oeganda ouganda uga uganda
        UM amerikanischeüberseeinseln dalekiewyspymniejszestanówzjednoczonych ilhasmenoresdistantesdoseua
        UM islasmenoresalejadasdeeeuu isoleminoriesternedeglistatiuniti kleineafgelegeneilandenvandeverenigdestaten umi
        UM usoutlyingislands îlesmineureséloignéesdesétatsunis
        US ameerikaühendriigid amerikabirleşikdevletleri amerikassavienotāsvalstis eeuu egyesültállamok estadosunidos
        US estadosunidosdeamérica etatsunis jungtinėsvalstijos sjedinjeneameričkedržave spojenéstáty spojenéštáty
        US stanyzjednoczone stateleunitealeamericii statiuniti statiunitidamerica theunitedstates unitedstates
        US unitedstatesofamerica usa vereinigtestaaten vereinigtestaatenvonamerika verenigdestaten yhdysvallat
        US združenedržaveamerike étatsunis ηνωμένεςπολιτείες соединенныештаты сполученіштати съединенищати
        UY uruguai uruguay urugwaj ury
        UZ oezbekistan ouzbékistan oʻzbekiston usbekistan uzb uzbekistan uzbekistán uzbequistão ўзбекистон
        VA cidadedovaticano cittàdelvaticano ciudaddelvaticano vat vaticaanstad vatican vaticancity vatikanstadt watykan
        VA étatdelacitéduvatican
        VC saintvincentegrenadine saintvincentendegrenadines saintvincentetlesgrenadines saintvincentigrenadyny
        VC sanvicenteylasgranadinas stvincentandgrenadines stvincentgrenadines stvincentunddiegrenadinen
        VC sãovicenteegranadinas vct
        VE ven venezuela venezuelabolivarianrepublicof wenezuela
        VG britischejungferninseln britishvirginislands britsemaagdeneilanden brytyjskiewyspydziewicze
        VG ilhasvirgensbritânicas islasvírgenesbritánicas isoleverginibritanniche vgb îlesviergesbritanniques
        VI amerikaansemaagdeneilanden amerikanischejungferninseln ilhasvirgensamericanas islasvírgenesdeeeuu
        VI isoleverginiamericane usvirginislands vir wyspydziewiczestanówzjednoczonych îlesviergesdesétatsunis
        VN vietnam vietnamas vietnám vietnã vijetnam viêtnam việtnam vjetnama vnm wietnam βιετνάμ вʼєтнам виетнам
        VN вьетнам
        VU vanuatu vut
        WF wallisandfutuna wallisefutuna wallisenfutuna wallisetfutuna wallisfutuna wallisifutuna wallisundfutuna
        WF wallisyfutuna wlf
        WS samoa wsm
        XK kosova kosovas kosovo kosovë kosowo koszovó xkk κοσσυφοπέδιο косово
        YE iêmen jemen yem yemen ymd yémen اليمن
        YT majotta mayotte myt
        ZA africadesud afriquedusud dienvidāfrikasrepublika délafrikaiköztársaság eteläafrikka güneyafrika
        ZA jihoafrickárepublika južnoafričkarepublika južnoafriškarepublika južnáafrika lõunaaafrikavabariik pietųafrika
        ZA republikapołudniowejafryki southafrica sudafrica sudáfrica sydafrika sørafrika südafrika zaf zuidafrika
        ZA áfricadosul νότιααφρική південноафриканськареспубліка южнаафрика южноафриканскаяреспублика
        ZM sambia zambia zambie zmb zâmbia
        ZW simbabwe zimbabue zimbabwe zimbábue zwe
        """
}
