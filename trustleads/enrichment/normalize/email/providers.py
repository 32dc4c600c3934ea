"""Who gives mailboxes to anyone: our own list of free-mail and internet-access providers, by name and zone.

Written from what the providers themselves offer at sign-up; ``docs/explanation/email-lists.md`` says how it was
measured. Exact domains only: what stands below one of them may be the provider's own staff.
"""

from __future__ import annotations

_FAMILIES = {
    "yahoo": "com co.uk fr de it es ca ie in co.in co.jp com.au co.nz co.id com.sg com.my com.ph com.vn com.hk com.tw"
    " co.th co.kr com.cn cn com.br com.ar com.mx com.co com.pe com.ve cl com.tr gr se dk no pl ro at be nl pt cz hu"
    " fi co.za co.il ne.jp",
    "hotmail": "com co.uk fr de it es be ch nl se no dk fi gr at cz hu ca com.br com.ar com.mx cl com.tr co.jp co.kr"
    " co.th com.au com.hk com.tw com.vn co.in co.za co.id co.nz co.il my ph sg rs sk lt lv pt",
    "live": "com co.uk fr de it nl be ca cl cn com.ar com.au com.mx com.my com.ph com.pt com.sg com.co com.pe com.ve"
    " dk se no fi ie in jp co.kr co.za co.in ru at hk",
    "outlook": "com fr de it es at be dk cz ie jp kr lv my ph pt sa sg sk hu in cl co.id co.il co.nz co.th co.uk"
    " com.ar com.au com.br com.gr com.tr com.vn",
    "aol": "com co.uk de fr it es jp nl be se at ch pl com.au com.br com.mx com.ar",
    "gmx": "net de com at ch fr es co.uk us info org eu biz li tm lu be it ie pt",
    "yandex": "ru com ua by kz com.tr fr",
    "tiscali": "it co.uk fr de es nl be cz",
    "wanadoo": "fr es nl co.uk",
    "lycos": "com de fr it es nl co.uk co.kr at",
    "excite": "com it co.jp co.uk fr de",
    "terra": "com com.br es cl com.ar com.mx com.pe",
    "zohomail": "com eu in",
    "bigpond": "com net.au com.au",
    "protonmail": "com ch",
    "posteo": "de net org eu at ch be es uk us",
    "mailo": "com fr",
    "orange": "fr net es",
    "interia": "pl eu com",
    "onet": "pl eu com.pl",
    "seznam": "cz",
    "centrum": "cz sk",
    "sina": "com cn com.cn",
    "walla": "co.il com",
    "inbox": "com ru lv lt eu",
    "fastmail": "com fm net org com.au co.uk de us",
}
_OTHERS = """
    gmail.com googlemail.com icloud.com me.com mac.com msn.com windowslive.com passport.com ymail.com y7mail.com
    rocketmail.com myyahoo.com aim.com compuserve.com compuserve.de netscape.net proton.me pm.me hey.com duck.com
    mozmail.com privaterelay.appleid.com tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me mailfence.com
    startmail.com runbox.com hushmail.com hush.com hush.ai countermail.com kolabnow.com riseup.net disroot.org
    autistici.org inventati.org onmail.com zoho.com zoho.eu aleeas.com slmail.me simplelogin.com simplelogin.co
    anonaddy.com addy.io passmail.net passinbox.com usa.net mailbox.org operamail.com vivaldi.net skiff.com ctemplar.com

    web.de email.de mail.de t-online.de magenta.de freenet.de arcor.de vodafone.de vodafonemail.de kabelmail.de
    unitybox.de ewe.net ewetel.net online.de onlinehome.de firemail.de emailn.de netcologne.de netc.de o2mail.de
    o2online.de alice-dsl.net alice-dsl.de alice.de versanet.de smart-mail.de directbox.com epost.de kielnet.net
    osnanet.de htp-tel.de mnet-online.de mnet-mail.de t-online.at eclipso.de eclipso.eu eclipso.at eclipso.ch
    bossmail.de justmail.de gmx-topmail.de genion.de nexgo.de freenet-mail.de

    aon.at a1.net chello.at inode.at kabsi.at utanet.at liwest.at drei.at tele2.at telering.at bluewin.ch hispeed.ch
    sunrise.ch swissonline.ch bluemail.ch mail.ch vtxmail.ch netplus.ch quickline.ch ik.me etik.com tele2.ch

    free.fr laposte.net sfr.fr neuf.fr cegetel.net club-internet.fr bbox.fr numericable.fr noos.fr aliceadsl.fr
    libertysurf.fr voila.fr caramail.com caramail.fr netcourrier.com dbmail.com 9online.fr tele2.fr worldonline.fr
    netc.fr lilo.org ovi.com evhr.net modulonet.fr

    libero.it virgilio.it tin.it alice.it tim.it fastwebnet.it inwind.it iol.it blu.it giallo.it email.it teletu.it
    poste.it supereva.it katamail.com interfree.it vodafone.it infinito.it

    telefonica.net movistar.es ono.com ya.com jazzfree.com hispavista.com mixmail.com euskalnet.net vodafone.es sapo.pt
    iol.pt clix.pt netcabo.pt mail.telepac.pt aeiou.pt

    ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl upcmail.nl casema.nl chello.nl quicknet.nl xs4all.nl
    tele2.nl zonnet.nl wxs.nl solcon.nl online.nl telfort.nl freeler.nl 12move.nl onsbrabantnet.nl caiway.nl multiweb.nl
    telenet.be skynet.be proximus.be scarlet.be pandora.be belgacom.net voo.be brutele.be pt.lu internet.lu

    btinternet.com btopenworld.com virginmedia.com ntlworld.com blueyonder.co.uk virgin.net sky.com talktalk.net
    talk21.com o2.co.uk fsmail.net freeserve.co.uk lineone.net plus.com tesco.net supanet.com onetel.com uwclub.net
    postmaster.co.uk email.com btconnect.com freeuk.com madasafish.com eircom.net indigo.ie iol.ie

    spray.se telia.com bredband.net comhem.se tele2.se glocalnet.net home.se passagen.se swipnet.se online.no frisurf.no
    broadpark.no getmail.no lyse.net altiboxmail.no start.no tele2.no c2i.net mail.dk tdcadsl.dk stofanet.dk youmail.dk
    jubii.dk sol.dk ofir.dk post.tele.dk webspeed.dk mail.tele.dk kolumbus.fi luukku.com elisanet.fi saunalahti.fi
    suomi24.fi pp.inet.fi netti.fi welho.com dnainternet.net simnet.is privat.dk tele.dk c.dk bbsyd.dk esenet.dk
    altiboxmail.dk inet.fi wippies.fi netikka.fi iki.fi

    wp.pl o2.pl op.pl poczta.onet.pl gazeta.pl poczta.fm tlen.pl vp.pl autograf.pl buziaczek.pl go2.pl neostrada.pl
    int.pl spoko.pl opoczta.pl prokonto.pl email.cz post.cz volny.cz atlas.cz quick.cz azet.sk zoznam.sk post.sk
    pobox.sk orangemail.sk freemail.hu citromail.hu t-online.hu indamail.hu vipmail.hu chello.hu upcmail.hu abv.bg
    mail.bg dir.bg gbg.bg otenet.gr forthnet.gr in.gr freemail.gr hol.gr net.hr inet.hr siol.net one.lt takas.lt hot.ee
    mail.ee online.ee neti.ee apollo.lv mail.lv tvnet.lv cytanet.com.cy eunet.rs

    mail.ru vk.com my.com xmail.ru bk.ru list.ru internet.ru ya.ru rambler.ru autorambler.ru myrambler.ru ro.ru
    pochta.ru hotbox.ru ukr.net i.ua meta.ua bigmir.net mail.ua e-mail.ua tut.by mail.kz inbox.ua ua.fm

    mynet.com superonline.com ttmail.com bezeqint.net netvision.net.il zahav.net.il 012.net.il 013net.net maktoob.com
    emirates.net.ae eim.ae batelco.com.bh qatar.net.qa

    india.com rediffmail.com sify.com indiatimes.com vsnl.net vsnl.com bsnl.in airtelmail.in qq.com vip.qq.com
    foxmail.com 163.com 126.com yeah.net vip.163.com vip.126.com 188.com vip.sina.com sohu.com 139.com 189.cn 21cn.com
    tom.com aliyun.com wo.cn 263.net docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp nifty.com nifty.ne.jp
    auone-net.jp biglobe.ne.jp ocn.ne.jp so-net.ne.jp plala.or.jp goo.jp goo.ne.jp livedoor.com ybb.ne.jp infoseek.jp
    dion.ne.jp odn.ne.jp dti.ne.jp naver.com hanmail.net daum.net nate.com kakao.com korea.com empal.com hanmir.com
    dreamwiz.com paran.com pchome.com.tw hinet.net seed.net.tw netvigator.com singnet.com.sg starhub.net.sg
    pacific.net.sg telkom.net tm.net.my streamyx.com vnn.vn pldtdsl.net

    optusnet.com.au iinet.net.au internode.on.net tpg.com.au dodo.com.au westnet.com.au ozemail.com.au aapt.net.au
    adam.com.au iprimus.com.au xtra.co.nz slingshot.co.nz clear.net.nz paradise.net.nz orcon.net.nz ihug.co.nz
    webmail.co.za afrihost.co.za isdsl.net neomail.co.za webafrica.org.za mweb.co.za intnet.mu sltnet.lk telkomsa.net
    vodamail.co.za iafrica.com absamail.co.za lantic.net polka.co.za

    comcast.net verizon.net att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net swbell.net flash.net
    nvbell.net snet.net prodigy.net worldnet.att.net currently.com cox.net charter.net spectrum.net rr.com
    roadrunner.com twc.com brighthouse.com earthlink.net mindspring.com juno.com netzero.net netzero.com optonline.net
    optimum.net suddenlink.net frontier.com frontiernet.net windstream.net centurylink.net centurytel.net embarqmail.com
    q.com qwest.net cableone.net mediacombb.net mchsi.com wowway.com knology.net rcn.com insightbb.com adelphia.net
    ptd.net zoominternet.net tds.net hughes.net gci.net bresnan.net rogers.com bell.net sympatico.ca shaw.ca telus.net
    videotron.ca cogeco.ca eastlink.ca bellaliant.net sasktel.net mts.net mymts.net

    uol.com.br bol.com.br ig.com.br globomail.com oi.com.br zipmail.com.br superig.com.br prodigy.net.mx arnet.com.ar
    fibertel.com.ar speedy.com.ar ciudad.com.ar sinectis.com.ar adinet.com.uy montevideo.com.uy vtr.net entelchile.net
    123mail.cl une.net.co etb.net.co cantv.net racsa.co.cr ice.co.cr

    mail.com usa.com myself.com consultant.com post.com europe.com asia.com iname.com writeme.com dr.com engineer.com
    cheerful.com accountant.com techie.com linuxmail.org contractor.net activist.com adexec.com allergist.com alumni.com
    alumnidirector.com angelic.com archaeologist.com artlover.com atheist.com auctioneer.net bartender.net bikerider.com
    birdlover.com brew-meister.com catlover.com chef.net chemist.com clerk.com clubmember.org collector.org
    columnist.com comic.com computer4u.com coolsite.net counsellor.com cutey.com cyberdude.com cybergal.com
    cyberservices.com cyber-wizard.com deliveryman.com diplomats.com doctor.com doglover.com elvisfan.com execs.com
    fastservice.com financier.com fireman.net gardener.com geologist.com graduate.org graphic-designer.com groupmail.com
    hairdresser.net homemail.com hot-shot.com instruction.com instructor.net insurer.com job4u.com journalist.com
    keromail.com legislator.com lobbyist.com lovecat.com mad.scientist.com minister.com musician.org muslim.com
    net-shopping.com null.net optician.com orthodontist.net pediatrician.com photographer.net physicist.net
    planetmail.com planetmail.net politician.com presidency.com priest.com programmer.net publicist.com
    qualityservice.com radiologist.net realtyagent.com reborn.com reggaefan.com registerednurses.com religious.com
    repairman.com representative.com rescueteam.com rocketship.com safrica.com saintly.com salesperson.net samerica.com
    sanfranmail.com scientist.com scotlandmail.com secretary.net socialworker.net sociologist.com solution4u.com
    songwriter.net surgical.net swedenmail.com teachers.org tech-center.com technologist.com theplate.com therapist.net
    toothfairy.com tvstar.com umpire.com uymail.com webname.com worker.com workmail.com africamail.com arcticmail.com
    asia-mail.com australiamail.com berlin.com chinamail.com dallasmail.com dutchmail.com englandmail.com europemail.com
    germanymail.com irelandmail.com israelmail.com italymail.com koreamail.com mexicomail.com moscowmail.com munich.com
    nycmail.com pacific-ocean.com pacificwest.com polandmail.com spainmail.com
"""

FREE_MAIL: frozenset[str] = frozenset(
    [f"{name}.{zone}" for name, zones in _FAMILIES.items() for zone in zones.split()] + _OTHERS.split()
)
