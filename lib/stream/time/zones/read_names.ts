/**
 * The zones that Java takes names of times for, in English, where several zones have a name: a line has the zone and the
 * names. Made by `tests/golden/zone_names/ZoneNames.java`.
 */
export const READ_NAMES = `
Africa/Abidjan|British Summer Time|GHST|Ghana Summer Time|Greenwich Mean Time|IST|Irish Standard Time
Africa/Johannesburg|SAST|South Africa Standard Time|South Africa Summer Time
Africa/Lagos|WAST|WAT|West Africa Standard Time|West Africa Summer Time
Africa/Maputo|CAST|CAT|Central Africa Time|Central African Summer Time|Western African Time
Africa/Nairobi|EAT|East Africa Time|Eastern African Summer Time
America/Argentina/Buenos_Aires|ARST|ART|Argentina Standard Time|Argentina Summer Time
America/Asuncion|PYST|PYT|Paraguay Standard Time|Paraguay Summer Time
America/Bogota|COST|COT|Colombia Standard Time|Colombia Summer Time
America/Caracas|VEST|VET|Venezuela Summer Time|Venezuela Time
America/Cayenne|French Guiana Summer Time|French Guiana Time|GFST|GFT
America/Chicago|CDT|CST|Central Daylight Time|Central Standard Time
America/Denver|MDT|MST|Mountain Daylight Time|Mountain Standard Time
America/Guayaquil|ECST|ECT|Ecuador Summer Time|Ecuador Time
America/Guyana|GYST|GYT|Guyana Summer Time|Guyana Time
America/Halifax|ADT|AST|Atlantic Daylight Time|Atlantic Standard Time
America/Havana|Cuba Daylight Time|Cuba Standard Time
America/Juneau|AKDT|AKST|Alaska Daylight Time|Alaska Standard Time
America/La_Paz|BOST|BOT|Bolivia Summer Time|Bolivia Time
America/Lima|PEST|PET|Peru Standard Time|Peru Summer Time
America/Los_Angeles|PDT|PST|Pacific Daylight Time|Pacific Standard Time
America/Manaus|AMST|AMT|Amazon Standard Time|Amazon Summer Time
America/Mazatlan|Mexican Pacific Daylight Time|Mexican Pacific Standard Time
America/Miquelon|PMDT|PMST|St. Pierre & Miquelon Daylight Time|St. Pierre & Miquelon Standard Time
America/Montevideo|UYST|UYT|Uruguay Standard Time|Uruguay Summer Time
America/New_York|EDT|EST|Eastern Daylight Time|Eastern Standard Time
America/Noronha|FNST|FNT|Fernando de Noronha Standard Time|Fernando de Noronha Summer Time
America/Nuuk|WGST|WGT|West Greenland Standard Time|West Greenland Summer Time
America/Paramaribo|SRST|SRT|Suriname Summer Time|Suriname Time
America/Punta_Arenas|Punta Arenas Standard Time
America/Rio_Branco|ACST|ACT|Acre Standard Time|Acre Summer Time
America/Santiago|Chile Standard Time
America/Sao_Paulo|BRST|BRT|Brasilia Standard Time|Brasilia Summer Time
America/Scoresbysund|EGST|EGT|East Greenland Standard Time|East Greenland Summer Time
America/St_Johns|NDT|NST|Newfoundland Daylight Time|Newfoundland Standard Time
America/Tijuana|Northwest Mexico Daylight Time|Northwest Mexico Standard Time
Antarctica/Casey|Casey Time
Antarctica/Davis|DAVST|DAVT|Davis Summer Time|Davis Time
Antarctica/Mawson|MAWST|MAWT|Mawson Summer Time|Mawson Time
Antarctica/Palmer|CLST|CLT|Chile Summer Time|Chile Time
Antarctica/Rothera|ROTST|ROTT|Rothera Summer Time|Rothera Time
Antarctica/Vostok|VOSST|VOST|Vostok Summer Time|Vostok Time
Asia/Almaty|ALMST|ALMT|Alma-Ata Summer Time|East Kazakhstan Time|Kostanay Summer Time|QOSST|QOST
Asia/Anadyr|ANAST|ANAT|Anadyr Standard Time|Anadyr Summer Time
Asia/Aqtobe|AQTST|AQTT|Aqtau Summer Time|Aqtobe Summer Time|Atyrau Daylight Time|ORAST|ORAT|Oral Summer Time|QYZST|QYZT|Qyzylorda Summer Time|West Kazakhstan Time
Asia/Ashgabat|TMST|TMT|Turkmenistan Standard Time|Turkmenistan Summer Time
Asia/Baku|AZST|AZT|Azerbaijan Standard Time|Azerbaijan Summer Time
Asia/Bangkok|CXST|CXT|Christmas Island Summer Time|Christmas Island Time|ICST|ICT|Indochina Summer Time|Indochina Time
Asia/Barnaul|Barnaul Daylight Time|Barnaul Standard Time
Asia/Bishkek|KGST|KGT|Kirgizstan Summer Time|Kyrgyzstan Time
Asia/Dhaka|BDST|BDT|Bangladesh Standard Time|Bangladesh Summer Time
Asia/Dili|East Timor Time|TLST|TLT|Timor-Leste Summer Time
Asia/Dubai|Gulf Daylight Time|Gulf Standard Time|REST|RET|Reunion Summer Time|Réunion Time|SCST|SCT|Seychelles Summer Time|Seychelles Time
Asia/Dushanbe|TJST|TJT|Tajikistan Summer Time|Tajikistan Time
Asia/Hong_Kong|HKST|HKT|Hong Kong Standard Time|Hong Kong Summer Time
Asia/Hovd|HOVST|HOVT|Hovd Standard Time|Hovd Summer Time
Asia/Irkutsk|IRKST|IRKT|Irkutsk Standard Time|Irkutsk Summer Time
Asia/Jakarta|WIB|WIST|West Indonesia Summer Time|Western Indonesia Time
Asia/Jayapura|EIST|East Indonesia Summer Time|Eastern Indonesia Time|WIT
Asia/Jerusalem|Israel Daylight Time|Israel Standard Time
Asia/Kabul|AFST|AFT|Afghanistan Summer Time|Afghanistan Time
Asia/Kamchatka|PETST|PETT|Petropavlovsk-Kamchatski Standard Time|Petropavlovsk-Kamchatski Summer Time
Asia/Karachi|PKST|PKT|Pakistan Standard Time|Pakistan Summer Time
Asia/Kathmandu|NPST|NPT|Nepal Summer Time|Nepal Time
Asia/Kolkata|IDT|India Daylight Time|India Standard Time
Asia/Krasnoyarsk|KRAST|KRAT|Krasnoyarsk Standard Time|Krasnoyarsk Summer Time
Asia/Kuching|BNST|BNT|Brunei Darussalam Time|Brunei Summer Time|MYST|MYT|Malaysia Summer Time|Malaysia Time
Asia/Magadan|MAGST|MAGT|Magadan Standard Time|Magadan Summer Time
Asia/Makassar|CIST|Central Indonesia Summer Time|Central Indonesia Time|WITA
Asia/Manila|Philippine Standard Time|Philippine Summer Time
Asia/Novosibirsk|NOVST|NOVT|Novosibirsk Standard Time|Novosibirsk Summer Time
Asia/Omsk|OMSST|OMST|Omsk Standard Time|Omsk Summer Time
Asia/Riyadh|Arabian Daylight Time|Arabian Standard Time|SYOST|SYOT|Syowa Summer Time|Syowa Time
Asia/Sakhalin|SAKST|SAKT|Sakhalin Standard Time|Sakhalin Summer Time
Asia/Seoul|KDT|KST|Korean Daylight Time|Korean Standard Time
Asia/Shanghai|China Daylight Time|China Standard Time
Asia/Singapore|SGST|SGT|Singapore Standard Time|Singapore Summer Time
Asia/Srednekolymsk|SREDT|SRET|Srednekolymsk Daylight Time|Srednekolymsk Time
Asia/Taipei|Taipei Daylight Time|Taipei Standard Time
Asia/Tashkent|UZST|UZT|Uzbekistan Standard Time|Uzbekistan Summer Time
Asia/Tbilisi|GEST|GET|Georgia Standard Time|Georgia Summer Time
Asia/Tehran|IRDT|IRST|Iran Daylight Time|Iran Standard Time
Asia/Thimphu|BTST|BTT|Bhutan Summer Time|Bhutan Time
Asia/Tokyo|JDT|JST|Japan Daylight Time|Japan Standard Time
Asia/Tomsk|Tomsk Daylight Time|Tomsk Standard Time
Asia/Ulaanbaatar|CHOST|CHOT|ULAST|ULAT|Ulaanbaatar Standard Time|Ulaanbaatar Summer Time
Asia/Urumqi|XJDT|XJT|Xinjiang Daylight Time|Xinjiang Standard Time
Asia/Vladivostok|VLAST|VLAT|Vladivostok Standard Time|Vladivostok Summer Time
Asia/Yakutsk|YAKST|YAKT|Yakutsk Standard Time|Yakutsk Summer Time
Asia/Yangon|CCST|CCT|Cocos Islands Summer Time|Cocos Islands Time|MMST|MMT|Myanmar Summer Time|Myanmar Time
Asia/Yekaterinburg|YEKST|YEKT|Yekaterinburg Standard Time|Yekaterinburg Summer Time
Asia/Yerevan|Armenia Standard Time|Armenia Summer Time
Atlantic/Azores|AZOST|AZOT|Azores Standard Time|Azores Summer Time
Atlantic/Canary|WEST|WET|Western European Standard Time|Western European Summer Time|Western European Time
Atlantic/Cape_Verde|CVST|CVT|Cape Verde Standard Time|Cape Verde Summer Time
Atlantic/South_Georgia|GDT|GST|South Georgia Daylight Time|South Georgia Time
Atlantic/Stanley|FKST|FKT|Falkland Islands Standard Time|Falkland Islands Summer Time
Australia/Adelaide|ACDT|Australian Central Daylight Time|Australian Central Standard Time
Australia/Eucla|ACWDT|ACWST|Australian Central Western Daylight Time|Australian Central Western Standard Time
Australia/Lord_Howe|LHDT|LHST|Lord Howe Daylight Time|Lord Howe Standard Time
Australia/Perth|AWDT|AWST|Australian Western Daylight Time|Australian Western Standard Time
Australia/Sydney|AEDT|AEST|Australian Eastern Daylight Time|Australian Eastern Standard Time
Etc/UTC|Coordinated Universal Time
Europe/Astrakhan|Astrakhan Standard Time
Europe/Bucharest|EEST|EET|Eastern European Standard Time|Eastern European Summer Time|Eastern European Time
Europe/Istanbul|TRST|TRT|Turkey Summer Time|Turkey Time
Europe/Kirov|Moscow Daylight Time
Europe/Moscow|MSD|MSK|Moscow Standard Time|Moscow Summer Time
Europe/Paris|CEST|CET|Central European Standard Time|Central European Summer Time|Central European Time|MEST|MET|Middle Europe Summer Time|Middle Europe Time
Europe/Samara|SAMST|SAMT|Samara Standard Time|Samara Summer Time
Europe/Saratov|Saratov Standard Time
Europe/Ulyanovsk|Ulyanovsk Standard Time
Europe/Volgograd|Volgograd Standard Time|Volgograd Summer Time
GMT|GMT
GMT+01:00|GMT+01:00
GMT+02:00|GMT+02:00
GMT+03:00|GMT+03:00
GMT+04:00|GMT+04:00
GMT+05:00|GMT+05:00
GMT+06:00|GMT+06:00
GMT+07:00|GMT+07:00
GMT+08:00|GMT+08:00
GMT+09:00|GMT+09:00
GMT+10:00|GMT+10:00
GMT+11:00|GMT+11:00
GMT+12:00|GMT+12:00
GMT+13:00|GMT+13:00
GMT+14:00|GMT+14:00
GMT-01:00|GMT-01:00
GMT-02:00|GMT-02:00
GMT-03:00|GMT-03:00
GMT-04:00|GMT-04:00
GMT-05:00|GMT-05:00
GMT-06:00|GMT-06:00
GMT-07:00|GMT-07:00
GMT-08:00|GMT-08:00
GMT-09:00|GMT-09:00
GMT-10:00|GMT-10:00
GMT-11:00|GMT-11:00
GMT-12:00|GMT-12:00
Indian/Chagos|IOST|IOT|Indian Ocean Territory Summer Time|Indian Ocean Time
Indian/Maldives|French Southern & Antarctic Lands Summer Time|French Southern & Antarctic Time|MVST|MVT|Maldives Summer Time|Maldives Time|TFST|TFT
Indian/Mauritius|MUST|MUT|Mauritius Standard Time|Mauritius Summer Time
Pacific/Apia|Apia Daylight Time|Apia Standard Time|WSDT|WSST
Pacific/Auckland|NZDT|NZST|New Zealand Daylight Time|New Zealand Standard Time
Pacific/Bougainville|BST|Bougainville Daylight Time|Bougainville Standard Time
Pacific/Chatham|CHADT|CHAST|Chatham Daylight Time|Chatham Standard Time
Pacific/Easter|EASST|EAST|Easter Island Standard Time|Easter Island Summer Time
Pacific/Efate|VUST|VUT|Vanuatu Standard Time|Vanuatu Summer Time
Pacific/Fakaofo|TKST|TKT|Tokelau Summer Time|Tokelau Time
Pacific/Fiji|FJST|FJT|Fiji Standard Time|Fiji Summer Time
Pacific/Galapagos|GALST|GALT|Galapagos Summer Time|Galapagos Time
Pacific/Gambier|GAMST|GAMT|Gambier Summer Time|Gambier Time
Pacific/Guadalcanal|PONST|PONT|Pohnpei Summer Time|Ponape Time|SBST|SBT|Solomon Is. Summer Time|Solomon Islands Time
Pacific/Guam|ChDT|ChST|Chamorro Daylight Time|Chamorro Standard Time
Pacific/Honolulu|HADT|HAST|HDT|HST|Hawaii-Aleutian Daylight Time|Hawaii-Aleutian Standard Time
Pacific/Kanton|Kanton Daylight Time|Kanton Standard Time|PHOST|PHOT|Phoenix Is. Summer Time|Phoenix Islands Time
Pacific/Kiritimati|LINST|LINT|Line Is. Summer Time|Line Islands Time
Pacific/Kosrae|KOSST|KOST|Kosrae Summer Time|Kosrae Time
Pacific/Marquesas|MARST|MART|Marquesas Summer Time|Marquesas Time
Pacific/Nauru|NRST|NRT|Nauru Summer Time|Nauru Time
Pacific/Niue|NUST|NUT|Niue Summer Time|Niue Time
Pacific/Norfolk|NFST|NFT|Norfolk Island Daylight Time|Norfolk Island Standard Time
Pacific/Noumea|NCST|NCT|New Caledonia Standard Time|New Caledonia Summer Time
Pacific/Pago_Pago|SDT|SST|Samoa Daylight Time|Samoa Standard Time
Pacific/Palau|PWST|PWT|Palau Summer Time|Palau Time
Pacific/Pitcairn|Pitcairn Daylight Time|Pitcairn Time
Pacific/Port_Moresby|CHUST|CHUT|Chuuk Summer Time|Chuuk Time|DDUST|DDUT|Dumont-d'Urville Summer Time|Dumont-d’Urville Time|PGST|PGT|Papua New Guinea Summer Time|Papua New Guinea Time
Pacific/Rarotonga|CKHST|CKT|Cook Islands Half Summer Time|Cook Islands Standard Time
Pacific/Tahiti|TAHST|TAHT|Tahiti Summer Time|Tahiti Time
Pacific/Tarawa|GILST|GILT|Gilbert Is. Summer Time|Gilbert Islands Time|MHST|MHT|Marshall Islands Summer Time|Marshall Islands Time|TVST|TVT|Tuvalu Summer Time|Tuvalu Time|WAKST|WAKT|WFST|WFT|Wake Island Time|Wake Summer Time|Wallis & Futuna Summer Time|Wallis & Futuna Time
Pacific/Tongatapu|TOST|TOT|Tonga Standard Time|Tonga Summer Time
UTC|UTC
`;
