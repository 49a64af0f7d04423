"""Fields and topics: first aid, public health, safety, cyber. See ``catalogue`` for the format."""

TEXT = """
= first-aid 急救 First aid
== first-aid.scene 现场急救 Emergency scenes
急救入门 90 community,villagers,members,students lecture,simulation
判断意识、呼叫求助、心肺复苏，一堂课学会最要紧的几步。
基层急救实务 120 cadres,enterprise,new_staff simulation,case
面向村居和企业的急救员，分站练习复苏、止血、包扎和搬运。
除颤仪的使用与维护 60 community,enterprise,students simulation
听语音、贴电极、让开人，人人上手，附日常检查表。
止血包扎与骨折固定 90 enterprise,students,villagers simulation,on_site
用三角巾和身边的材料处理出血与骨折，避免二次伤害。
== first-aid.home 家庭急救 First aid at home
气道异物梗阻的急救 60 community,villagers simulation,lecture
成人、孕妇和婴儿各怎么做，用模型逐一练习。
脑卒中与心梗：抢时间的病 90 community,villagers,members lecture,case
记住识别口诀，讲清黄金时间里该做和不该做的事。
儿童意外伤害的预防与处理 90 community,students lecture,simulation
烫伤、跌落、误服和溺水，先讲怎样防，再练怎样救。
溺水自救与互救 90 students,villagers on_site,simulation
不盲目下水，学会抛、伸、喊，以及上岸以后的处置。
中暑、蛇咬与农药中毒 90 villagers lecture,case
农忙季节最常见的三种急症，田头怎么办、什么时候送医。
= health 公共卫生 Public health
== health.chronic 慢病管理 Chronic illness
高血压怎么管 60 community,villagers lecture,on_site
怎样量、怎样吃药、怎样吃饭，现场测压，现场答疑。
糖尿病患者的一日三餐 90 community,villagers lecture,simulation
用餐盘和模型搭配三餐，讲清主食、水果和加餐。
腰颈肩疼痛的自我管理 60 cadres,enterprise,new_staff lecture,simulation
坐姿、屏幕、搬重物，学会一套工间十分钟的活动。
老年人合理用药 60 community,villagers lecture,case
把家里的药箱带来，看期限、看重复、看相互作用。
== health.prevention 疾病预防 Prevention
呼吸道传染病的预防 60 community,students,enterprise lecture,online
通风、口罩、疫苗和就医，分场所讲清怎么做。
女性两癌筛查那些事 60 community,villagers,enterprise lecture,seminar
什么年龄查、多久查一次、结果怎么看，免费政策怎么用。
青少年近视防控 60 students,community lecture,online
户外时间、用眼距离和验光配镜，分清哪些办法有用。
食源性疾病与聚餐安全 90 villagers,cadres lecture,case
农村办席从备菜到留样，怎样不出事，出事怎样报告。
= safety 安全应急 Safety and emergencies
== safety.disaster 防灾减灾 Disasters
家庭应急包与疏散路线 60 community,students,villagers lecture,simulation
画一张自家的疏散图，备一个够用三天的包。
汛期避险与转移 90 cadres,villagers case,simulation
看懂预警、叫醒到户、不漏一人，用沙盘推演一次转移。
地质灾害的识别与报告 90 villagers,cadres lecture,on_site
裂缝、鼓包、浑水，哪些是前兆，看到以后找谁。
森林防火巡护要点 90 villagers,cadres on_site,lecture
火源管控、初期处置和自身安全，什么情况下必须先撤。
== safety.work 生产与消防安全 Work and fire safety
身边的消防隐患 60 community,enterprise,students on_site,lecture
楼道、厨房、电动车，边走边查，查完就改。
企业班组安全管理 120 enterprise,new_staff lecture,case
班前会、隐患排查、作业许可，用事故案例倒推每一道关。
有限空间作业的致命误区 90 enterprise,villagers case,simulation
先通风、再检测、后作业，盲目施救为什么会多死人。
应急预案怎样编、怎样练 120 cadres,enterprise seminar,simulation
把厚本子变成一页卡片，组织一次半小时的演练。
= cyber 网络安全与反诈 Cyber safety and fraud
== cyber.fraud 反诈防骗 Against fraud
反诈：骗子的十套话术 60 community,villagers,students lecture,case
拆开刷单、冒充客服和投资理财，听一遍就不容易上当。
老年人防骗课堂 60 community,villagers lecture,simulation
保健品、以房养老、假亲友来电，模拟接三个电话。
财务人员怎样防冒充领导诈骗 90 enterprise,cadres case,simulation
转账前的三道核实，从真实过程看哪一步能拦住。
校园贷与兼职陷阱 60 students lecture,case
算清利息，看懂合同，知道被骗以后怎样止损和求助。
== cyber.security 网络与数据安全 Network and data security
单位办公网络安全常识 90 cadres,new_staff,enterprise lecture,simulation
钓鱼邮件、弱口令、移动存储，做一次现场测试。
个人信息保护法与日常工作 90 cadres,enterprise lecture,case
收集、保存、公示和销毁，一张名单发出去之前要想的事。
手机里的隐私设置 60 community,villagers simulation,lecture
一步一步关掉不必要的权限，管好相册、定位和支付。
未成年人网络保护 90 students,community lecture,seminar
时间、内容、交友和消费，家长与孩子怎样约定。
"""
