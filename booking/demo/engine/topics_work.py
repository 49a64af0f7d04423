"""Fields and topics: digital, finance, law, trades. See ``catalogue`` for the format."""

TEXT = """
= digital 数字与AI Digital tools and AI
== digital.ai 人工智能应用 Using AI
大模型在基层工作中的用法 120 cadres,new_staff lecture,simulation
写初稿、理表格、做摘要，哪些能交给它，哪些不能。
人工智能的原理与边界 90 cadres,members,students lecture,seminar
用生活里的例子讲训练、概率和幻觉，学会核对。
AI生成内容的识别 60 community,students lecture,case
换脸、拟声、假图，看三个破绽，多一道核实。
企业怎样起步用人工智能 120 enterprise case,seminar
从一个小环节做起，算投入、看数据、防泄密。
== digital.office 数字办公 Digital office
电子表格：从登记到统计 120 cadres,new_staff simulation,lecture
数据规范、筛选、透视表，做一份不返工的台账。
演示文稿怎样讲清一件事 90 cadres,new_staff lecture,case
一页一个意思，学会用图代替段落。
手机拍摄与短视频制作 120 villagers,community,enterprise simulation,on_site
构图、收音、剪辑、字幕，拍一条一分钟的家乡短片。
老年人智能手机课堂 90 community,villagers simulation
挂号、缴费、乘车、视频通话，一人一机慢慢学。
= finance 财会审计 Finance and audit
== finance.public 单位财务 Finance of public bodies
基层单位内部控制 120 cadres case,lecture
预算、采购、合同和资产，用流程图找出没人管的那一步。
村级财务与三资管理 120 villagers,cadres lecture,case
票据、公示、合同和台账，讲清常见的十个问题。
差旅与公务支出报销规范 60 cadres,new_staff lecture,online
哪些能报、凭什么报、几天内报，一张清单讲完。
审计发现的常见问题 120 cadres seminar,case
看问题怎样形成、怎样整改、怎样不再犯。
== finance.personal 税务与理财 Tax and money
小微企业税费优惠政策 90 enterprise lecture,online
政策、条件、申报表，跟着一家小店算一遍。
个人所得税汇算怎么办 60 cadres,enterprise,new_staff lecture,simulation
专项附加扣除怎么填，多退少补怎么算，打开手机现场办。
家庭理财与风险 90 community,enterprise lecture,case
先留备用金、再谈收益，看懂产品说明书里的风险等级。
项目资金绩效评价 120 cadres seminar,case
目标怎样定、指标怎样选、结果怎样用。
= law 法治 Law
== law.life 生活中的法律 Law of daily life
民法典里的邻里关系 90 community,villagers lecture,case
采光、通行、漏水、宠物，用案例讲清权利和让步。
婚姻、继承与遗嘱 90 community,villagers lecture,case
房子给谁、债谁来还、遗嘱怎样写才有效。
农民工讨薪与劳动合同 90 enterprise,villagers lecture,case
证据怎样留、向谁投诉、多久有结果。
物业纠纷怎样走程序 90 community,cadres case,seminar
业主大会、公共收益、维修资金，一步一步按规矩办。
== law.office 依法行政 Lawful administration
行政执法程序与文书 120 cadres,new_staff lecture,case
从立案到送达，一份卷宗逐页看。
合同审查的十个要点 120 cadres,enterprise case,lecture
主体、价款、验收、违约，改一份有毛病的合同。
人民调解的方法与文书 120 cadres,villagers simulation,case
受理、听取、劝说、协议，演一场完整的调解。
宪法与公职人员 90 cadres,new_staff,members lecture,seminar
权力从哪里来、边界在哪里、责任怎样担。
== law.youth 青少年法治 Law for the young
校园欺凌的法律责任 60 students lecture,case
什么是欺凌、谁要负责、旁观者能做什么。
模拟法庭：一起网络侵权案 150 students simulation
分角色开庭，学会举证、质证和讲道理。
= trades 职业技能 Skills for work
== trades.crafts 技能实训 Trades
电工安全与低压操作 150 enterprise,new_staff simulation,on_site
停电、验电、接地、挂牌，按规程操作一遍。
家政收纳与清洁 120 community,villagers simulation
材质、药剂、工具和流程，练会一间厨房。
中式面点基础 150 community,villagers simulation,on_site
和面、发酵、成型、蒸制，做出四种点心。
养老护理员技能提升 150 community,enterprise simulation,lecture
按职业标准练照护、记录和沟通。
== trades.career 求职与成长 Careers
简历与面试 90 students,new_staff lecture,simulation
一页纸简历怎样写，三分钟自我介绍怎样说，现场模拟。
新员工的第一个月 60 new_staff,enterprise lecture,seminar
熟悉规矩、问对问题、做好交接，少走弯路。
班组长怎样带队伍 120 enterprise seminar,case
排班、沟通、带徒和考核，从一线事例学管理。
小店经营与创业起步 120 community,villagers,enterprise case,seminar
选址、成本、进货和口碑，算清一家小店的本量利。
"""
