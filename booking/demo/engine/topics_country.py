"""Fields and topics: country, culture, science, environment. See ``catalogue`` for the format."""

TEXT = """
= country 乡村与农技 Countryside and farming
== country.crops 种植与植保 Crops
水稻病虫害绿色防控 120 villagers lecture,on_site
认病、认虫、认时机，少打药、打准药，田头看样。
测土配方施肥怎么做 90 villagers lecture,on_site
怎样取土、怎样看化验单、怎样按方配肥，一亩地能省多少钱。
茶园冬季管理 90 villagers on_site,lecture
修剪、清园、施肥、防冻，按月份列出要做的事。
设施蔬菜的水肥管理 120 villagers,enterprise lecture,on_site
大棚里常见的盐渍、沤根和缺素，现场诊断，现场讲。
== country.stock 养殖与兽医 Livestock
散养户的禽病防控 90 villagers lecture,on_site
消毒、免疫、隔离和无害化处理，小户也能做好。
淡水养鱼的水质调控 120 villagers lecture,on_site
看水色、测溶氧、会增氧，讲清夏季浮头的预防与抢救。
== country.village 乡村产业与治理 Village business and affairs
农产品电商从一个链接开始 120 villagers,enterprise case,simulation
选品、拍照、定价、发货、售后，用手机做完第一单。
村规民约怎样定、怎样用 90 villagers,cadres seminar,case
从议题征集到表决公示，让条文少而管用。
农民合作社规范运行 120 villagers,cadres lecture,case
章程、分红、账目和成员大会，讲清合作社最容易出问题的地方。
= culture 历史文化 History and culture
== culture.local 地方文史 Local history
汀兰古驿道的故事 90 members,students,community lecture,on_site
沿着一条老路讲商旅、书院和村落的变迁。
村史馆怎样建、怎样讲 120 cadres,villagers seminar,on_site
征集、甄别、陈列、讲解，用一间旧屋讲好一个村子。
地方志里的家乡 90 students,community lecture,online
学会查地方志，弄清一个地名、一座桥、一口井的来历。
红色家书里的信仰 90 members,students lecture,seminar
读几封普通党员的家书，谈选择、牵挂和担当。
== culture.heritage 非遗与传统文化 Heritage and tradition
二十四节气与乡土生活 60 students,community lecture,on_site
节气怎么来、农谚怎么说、吃什么做什么，讲给孩子也讲给大人。
剪纸：一把剪刀的传承 120 students,community on_site,simulation
认识纹样的寓意，从对折剪开始，每人完成一幅作品。
诗词里的山水与家国 90 members,students,community lecture,online
选读十首写山水的诗，谈景物背后的胸怀。
传统礼仪与现代生活 90 community,new_staff lecture,simulation
称呼、座次、待客和婚丧礼俗，哪些该守，哪些可简。
= science 科普 Popular science
== science.life 生活中的科学 Science of daily life
食品标签怎么看 60 community,villagers lecture,on_site
配料表、营养成分表和保质期，用货架上的包装练习。
身边的谣言与科学求证 90 community,students,members lecture,case
给一条消息找来源、看数据、问专家，三步判断该不该转。
天气预报怎样看懂 60 villagers,students lecture,online
降水概率、预警信号和雷达图，各说明什么，不说明什么。
家用电器的节能账 60 community,villagers lecture,case
一台一台算电费，讲清待机、能效等级和安全用电。
== science.frontier 前沿科技 Frontiers
航天工程五十问 90 students,members lecture,online
火箭怎样入轨、人在太空怎样生活，用模型和实验回答。
新能源汽车的原理与使用 90 community,enterprise lecture,on_site
电池、充电、保养和事故处置，讲清常见的担心。
走近基因与遗传 90 students,community lecture,seminar
从豌豆到产前筛查，讲清概率、风险和伦理。
量子科技入门 90 cadres,students lecture,seminar
不用公式讲明白叠加与纠缠，分清真应用和假概念。
= environment 生态环境 Environment
== environment.green 绿色发展 Green development
绿水青山怎样变成好日子 120 cadres,members lecture,case
从三个小流域的实践，谈保护、产业和收益怎样兼顾。
碳达峰碳中和基础知识 90 cadres,enterprise lecture,online
碳从哪里来、怎样核算、企业和家庭能做什么。
河湖长的一天 90 cadres,villagers on_site,case
沿河走一段，学会看排口、看水色、填记录、报问题。
企业环保合规要点 120 enterprise lecture,case
许可、台账、危废和应急，按一次检查的顺序逐项过。
== environment.habitat 人居环境 Where we live
垃圾分类看这一堂 60 community,students,villagers lecture,simulation
四类怎么分、难分的怎么办，现场摆一摆、比一比。
农村厕所与污水治理 90 villagers,cadres lecture,on_site
选型、施工、管护和粪污利用，讲清几种办法的适用条件。
认识身边的鸟与湿地 120 students,community on_site,lecture
带望远镜走一圈湿地，学会记录、不打扰、会求助。
噪声与油烟纠纷怎样处理 90 community,cadres case,lecture
标准是什么、谁来管、怎样测、怎样商量。
"""
