"""Fields and topics: writing, family, theory, mind. See ``catalogue`` for the format."""

TEXT = """
= writing 公文与沟通 Writing and communication
== writing.documents 公文写作 Official writing
公文写作的十个常见毛病 120 cadres,new_staff lecture,case
逐份修改真实文种的习作，讲清标题、主送、语气和落款怎样写才规范。
会议纪要怎样写得准又快 90 cadres,new_staff lecture,case
从录音到成稿走一遍，学会抓议定事项、责任单位和完成时限。
调研报告：从走访到成文 120 cadres,members seminar,case
怎样列提纲、问问题、用数据，把跑来的材料写成有用的建议。
基层信息稿的选题与表达 90 cadres,new_staff lecture,online
一条信息稿只说一件事，讲选题、标题和首段的写法。
== writing.speaking 群众沟通 Talking with people
群众会怎么开、话怎么说 90 cadres,members,villagers case,simulation
用三场模拟会议练开场、倾听、回应和收尾。
接访中的倾听与回应 120 cadres,new_staff simulation,case
学会先听完、再复述、后答复，让来访人知道下一步找谁、等多久。
新入职人员的汇报与请示 60 new_staff lecture,simulation
口头汇报三分钟怎么组织，书面请示一事一文怎么把握。
突发情况下的信息发布 120 cadres seminar,simulation
什么时候说、由谁说、说到什么程度，配桌面推演。
= family 家庭与养老 Family and ageing
== family.care 居家养老 Ageing at home
居家养老的安全改造 90 community,villagers lecture,on_site
防滑、扶手、照明和呼叫，花小钱把家里的隐患改到位。
失能老人的日常照料 120 community,villagers lecture,simulation
翻身、喂食、转移和皮肤护理，现场示范，人人动手。
认知症早发现早照护 90 community,members lecture,case
识别十个早期信号，讲怎样就医、怎样说话、怎样防走失。
养老服务政策一次讲清 60 community,villagers lecture,online
补贴、助餐、长期护理怎么申请，带什么材料、到哪里办。
== family.home 家风与育儿 Family life
好家风从一张饭桌开始 90 members,community,villagers lecture,seminar
从普通人家的故事谈孝老、勤俭和邻里相处。
隔代养育的难处与办法 90 community,villagers seminar,case
老人和年轻父母怎样分工、怎样商量，减少家里的争执。
青春期孩子怎么谈 90 community,enterprise lecture,simulation
听懂孩子的话，练习不说教的开场白和有边界的约定。
家庭矛盾的化解步骤 120 cadres,community case,simulation
从降温、分头谈到坐下来谈，把社区里的家事调解走一遍。
= theory 政策理论 Policy and theory
== theory.study 理论学习 Study of theory
党的创新理论怎样讲给群众听 120 members,cadres lecture,seminar
用身边的事例和算得清的账，把道理讲得明白、听得进去。
原著导读：怎样读一篇经典文献 120 members,cadres seminar
背景、结构、关键段落、现实问题，四步带读一篇文献。
党章党规重点条文学习 90 members,new_staff lecture,case
对照条文看案例，弄清权利、义务和纪律的边界。
调查研究的传统与方法 90 members,cadres lecture,seminar
从几次著名的农村调查学起，谈今天怎样蹲点、怎样开座谈会。
== theory.branch 支部工作 Branch work
三会一课怎样开出质量 90 members,cadres lecture,case
议题从哪里来、怎样开、怎样记，附一套可直接用的流程单。
发展党员工作流程与易错点 120 members,cadres lecture,case
按阶段讲清时间、材料和谈话要求，逐项指出常见差错。
组织生活会与民主评议 90 members,cadres seminar,simulation
会前谈心、查摆问题、相互批评、整改清单，完整演练一次。
乡村振兴政策要点解读 120 cadres,villagers lecture,online
产业、就业、建设和治理四个方面，结合县里的实际讲怎么落地。
= mind 心理 Psychology
== mind.self 心理调适 Looking after oneself
压力管理与情绪调节 90 cadres,enterprise,new_staff lecture,simulation
认识压力的身体信号，练会三种随时可用的放松办法。
睡得好：科学应对失眠 60 cadres,enterprise,community lecture,online
讲清睡眠节律和常见误区，制订自己的两周改善计划。
一线工作者的职业倦怠 90 cadres,new_staff seminar,case
为什么会累、怎样恢复、单位能做什么，分组讨论。
老年人的孤独与陪伴 90 community,villagers lecture,seminar
退休、丧偶、子女远行以后，怎样重新安排生活和往来。
== mind.help 心理援助 Helping others
青少年心理危机的识别与转介 120 students,community,cadres lecture,case
哪些话、哪些变化要当真，怎样陪伴、向谁求助、怎样保密。
灾后心理急救 120 cadres,members simulation,case
看、听、联系三步，学会在最初几天里帮人稳下来。
社区矛盾中的情绪疏导 90 cadres,community simulation,seminar
先处理情绪、再处理事情，练习六句管用的话。
同伴互助小组怎样带 120 students,community seminar,simulation
从招募、约定到结束，带好一个八次活动的小组。
"""
