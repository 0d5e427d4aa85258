/** What the runtime says to a person: English in the log and in failures, and translated where it is shown. */
export const runtime = {
  'No rule allows this command.': '没有规则允许此命令。',
  'In this mode each edit is asked about.': '在此模式下，每次编辑都会询问。',
  'No rule can speak for this command: {why}.': '没有规则能适用于此命令：{why}。',
  '{tool} is a function of another program: what it is given leaves the tab, and what it does cannot be undone here.':
    '{tool} 是另一个程序的函数：交给它的内容会离开此标签页，它所做的事无法在这里撤销。',
  'No rule allows {tool}.': '没有规则允许 {tool}。',
  'Nothing was allowed to be read from {origin} yet.': '尚未允许从 {origin} 读取任何内容。',
  'It goes out with {token}: every such request is asked about.': '它会带着 {token} 发出：每个这样的请求都会询问。',
  'It sends more than a question: every such request is asked about.': '它发送的不只是查询：每个这样的请求都会询问。',
  '{class}: that is asked about each time.': '{class}：每次都会询问。',
  'It holds {names}: such a request is asked about each time.': '其中含有 {names}：这样的请求每次都会询问。',
  'Git may run {names} by itself with it.': 'Git 可能会随之自行运行 {names}。',
  'The program {by} on the relay wants this, and not the agent.': '这是中继上的程序 {by} 的要求，而不是智能体的。',
  'Allow it, and it is kept.': '允许后即会保留。',
  'Allow it, and it is kept; deny it, and the next command there first puts back what was there.':
    '允许后即会保留；拒绝后，那里的下一条命令会先恢复原有内容。',
  'The command removes folders with all that is in them.': '此命令会删除文件夹及其中的全部内容。',
  'The command overwrites what others may have pushed.': '此命令会覆盖他人可能已推送的内容。',
  'The command drops changes that were not committed.': '此命令会丢弃尚未提交的更改。',
  'The command removes files that git does not know.': '此命令会删除 git 未跟踪的文件。',
  'The command publishes a package.': '此命令会发布一个软件包。',
  'An empty message was not sent.': '空消息没有发送。',
  'This request is no longer open.': '此请求已不再等待处理。',
  'This request was already answered.': '此请求已经答复过了。',
  'This request changed since it was shown; look at it again.': '此请求在显示之后发生了变化；请再看一遍。',
  'This request has to be answered by itself.': '此请求必须单独答复。',
  'This call is no longer open.': '此调用已不再等待处理。',
  'It was already said what becomes of this call.': '此调用的处理方式已经决定。',
  'This question is no longer open.': '此问题已不再等待回答。',
  'This question was already answered.': '此问题已经回答过了。',
  'Choose an answer or write one.': '请选择一个回答，或自己写一个。',
  'An empty command cannot be run; deny the request instead.': '空命令无法运行；请改为拒绝此请求。',
  'Nothing of the edit would be left; deny the request instead.': '编辑将不剩任何内容；请改为拒绝此请求。',
  'That is what was asked for already; nothing was changed.': '这正是已经请求的内容；没有任何更改。',
  '{path} changed since it was shown; look at it again. Nothing was decided.': '{path} 在显示之后发生了变化；请再看一遍。尚未做出决定。',
  '{path} is a binary file: the edit is allowed or denied whole.': '{path} 是二进制文件：只能整体允许或拒绝此编辑。',
  '{path} is a binary file: it is accepted or rejected whole.': '{path} 是二进制文件：只能整体接受或拒绝。',
  'This rule is not offered any more; look at the request again.': '此规则已不再提供；请再看一遍请求。',
  'You stopped the answer here. This part is not in the model’s context.': '你在这里停止了回答。这一部分不在模型的上下文中。',
  'The answer ended here. This part is not in the model’s context.': '回答在此结束。这一部分不在模型的上下文中。',
  'The agent made the same calls with the same results {times} times in a row and was told so.':
    '智能体连续 {times} 次发出相同的调用并得到相同的结果，已告知它。',
  'A tool that was stopped came to its end later. Its result and its changes were dropped.':
    '一个已停止的工具稍后才结束。它的结果和更改已丢弃。',
  'You opened the network again for this session.': '你为此会话重新打开了网络。',
  'You closed the network for this session.': '你为此会话关闭了网络。',
  'The program {by} asked for this through the relay; the agent did not.': '这是程序 {by} 通过中继请求的，不是智能体。',
  'You took back what you had allowed for this session.': '你收回了为此会话允许的内容。',
  'Checkpoint: {name}': '检查点：{name}',
  'The conversation went back to here.': '对话回退到了这里。',
  '{path} is gone; the agent was told.': '{path} 已不存在；已告知智能体。',
  'Instructions from {path} were given to the agent.': '已将 {path} 中的说明交给智能体。',
  'The agent was told what failed, and tries again.': '已告知智能体失败的内容，它会再次尝试。',
  'The agent was told to take another approach.': '已告知智能体换一种做法。',
  'Another approach did not help: the work goes on with the stronger model.': '换一种做法没有帮助：将由更强的模型继续工作。',
  'The session was opened again, so its permission mode is {name}.': '会话已重新打开，因此其权限模式为“{name}”。',
  'Commands run in the sandbox of this tab, until the project needs another place.': '命令在此标签页的沙盒中运行，直到项目需要其他位置。',
  'The project needs more than the sandbox has, so commands run from here on: {place}':
    '项目需要的超出沙盒所能，因此从现在起命令运行于：{place}',
  'Put back as before: {files}.': '已恢复原状：{files}。',
  'Left as now: {files}.': '保持现状：{files}。',
  'Stopped. Send a message to go on.': '已停止。发送消息即可继续。',
  'Stopped after {most} steps in one turn. Send a message to go on.': '一轮中已进行 {most} 步，因此停止。发送消息即可继续。',
  'Stopped at your limit of {amount} {scope}: it stands at {used}. Everything that was done is kept; go on with more, or change the limit in Settings.':
    '已达到你设定的限额 {amount} {scope}，目前为 {used}，因此停止。已完成的内容全部保留；可追加额度继续，或在设置中更改限额。',
  'Stopped because the agent goes round in circles: it made the same calls with the same results {times} times in a row, the last was {tool}. Everything that was done is kept; tell it what to do differently, or let it go on.':
    '智能体在原地打转，因此停止：它连续 {times} 次发出相同的调用并得到相同的结果，最后一次是 {tool}。已完成的内容全部保留；请告诉它换什么做法，或让它继续。',
  'The computer slept while the answer was on its way. It is asked for again; nothing was run twice.':
    '回答传来时计算机进入了睡眠。将重新请求；没有任何操作重复执行。',
  'Tabwright itself has a fault and stopped this session ({fault}). What was written is kept; try again, or copy a report of it.':
    'Tabwright 自身出错，已停止此会话（{fault}）。已写入的内容全部保留；请重试，或复制错误报告。',
  'The answer was on its way when this session was interrupted. It is asked for again; nothing was run twice.':
    '回答传来时此会话中断了。将重新请求；没有任何操作重复执行。',
  'The provider rejected the key a moment ago, so nothing was sent. Enter another key, or try again; nothing is lost.':
    '提供商刚刚拒绝了密钥，因此没有发送。请输入其他密钥或重试；没有丢失任何内容。',
  'The provider wanted to be paid a moment ago, so nothing was sent. Add credit or raise the limit there, then try again; nothing is lost.':
    '提供商刚刚要求付款，因此没有发送。请在那里充值或提高限额后重试；没有丢失任何内容。',
  'The model server at {endpoint} failed several times in a row and is left alone for a moment. Nothing is lost; it is asked again by itself.':
    '位于 {endpoint} 的模型服务器连续多次失败，暂时不再请求。没有丢失任何内容；稍后会自动重试。',
  'The provider rejected the key.': '提供商拒绝了密钥。',
  'The provider wants to be paid before it goes on: the credit of this key is used up.': '提供商要求付款后才能继续：此密钥的额度已用完。',
  'The provider does not know this model or address.': '提供商不认识此模型或地址。',
  'The request is larger than the provider accepts.': '请求超过了提供商接受的大小。',
  'The provider asks us to slow down.': '提供商要求我们放慢速度。',
  'The model server is overloaded or broken (HTTP {status}).': '模型服务器过载或出现故障（HTTP {status}）。',
  'The provider refused the request (HTTP {status}).': '提供商拒绝了请求（HTTP {status}）。',
  'The provider broke off its answer.': '提供商中断了回答。',
  'No key for the provider is set up.': '尚未设置提供商的密钥。',
  'The relay refused the request.': '中继拒绝了请求。',
  'The spending limit at the provider is reached.': '已达到提供商处的消费限额。',
  'The conversation no longer fits the model.': '对话已超出模型的容量。',
  'The model server ended the answer before it was complete.': '模型服务器在回答完成之前就结束了。',
  'The relay at {host} cannot be reached.': '无法连接到 {host} 处的中继。',
  'The model server at {host} cannot be reached.': '无法连接到 {host} 处的模型服务器。',
  'The answer was stopped.': '回答已停止。',
  'The model server sent nothing for {s} seconds.': '模型服务器 {s} 秒内没有发送任何内容。',
  'The connection to the model server broke in the middle of the answer.': '与模型服务器的连接在回答中途断开。',
  'The model declined to answer this. Nothing of its answer was run or goes back to it; rephrase, or choose another model.':
    '模型拒绝回答。它的回答没有被执行，也不会再发给它；请换一种说法，或选择其他模型。',
  'The answer reached its length limit inside a tool call. Nothing of it was run; it is asked for again with more room.':
    '回答在工具调用中达到了长度上限。没有运行任何内容；将以更大的空间重新请求。',
  'No key was entered in this tab. Add one in Settings.': '此标签页中没有输入密钥。请在设置中添加。',
  'No key was entered in this tab. Your message is kept; add a key in Settings.':
    '此标签页中没有输入密钥。你的消息已保留；请在设置中添加密钥。',
  'The key worker failed. Enter the key again.': '密钥工作线程出错。请重新输入密钥。',
  'There is nothing to summarise yet; the conversation is as it was.': '还没有可摘要的内容；对话保持原样。',
  'The summary was on its way when this session was interrupted. The conversation is as it was.': '摘要进行时此会话中断了。对话保持原样。',
  'The conversation no longer fits the model, and a summary did not make it fit. Nothing is lost: go back to an earlier point, remove a large attachment, or start a new session.':
    '对话已超出模型的容量，摘要也无法使其容纳。没有丢失任何内容：请回退到较早的位置、移除大的附件，或开始新会话。',
  'The conversation was summarised twice and was too long again before a step was done, so the turn was stopped. Nothing is lost: go back to an earlier point, ask for a smaller step, or start a new session.':
    '对话已摘要两次，但在完成一步之前又过长，因此停止了这一轮。没有丢失任何内容：请回退到较早的位置、要求更小的步骤，或开始新会话。',
  'There is no relay at this address.': '此地址没有中继。',
  'The relay does not answer. Start it again; nothing here is lost.': '中继没有响应。请重新启动它；这里没有丢失任何内容。',
  'The relay ended this tab’s session. Reload the page; nothing is lost.': '中继结束了此标签页的会话。请重新加载页面；没有丢失任何内容。',
  'The network needs the relay; start it with npm start. Nothing was sent.': '网络需要中继；请用 npm start 启动它。没有发送任何内容。',
  'The network was closed for this session. Nothing was sent.': '此会话的网络已关闭。没有发送任何内容。',
  'Storage is full. Nothing written is lost, but nothing new begins until there is room: delete old sessions, or export them first. A mirror keeps a copy elsewhere.':
    '存储已满。已写入的内容没有丢失，但在有空间之前不会开始新的操作：请删除旧会话，或先导出它们。镜像会在别处保留副本。',
  'Storage is full, so this could not be saved. Nothing already written is lost. Free some space (delete old sessions) and try again.':
    '存储已满，因此无法保存。已写入的内容没有丢失。请释放一些空间（删除旧会话）后重试。',
  'This browser keeps no data for the site (private mode or a policy), so nothing would outlive the tab.':
    '此浏览器不为本网站保留数据（隐私模式或策略），因此标签页关闭后不会保留任何内容。',
  'The browser lost its connection to the stored data, and opening it again did not help. Reload the page; what was written is kept.':
    '浏览器与已存储数据的连接中断，重新打开也无济于事。请重新加载页面；已写入的内容保留着。',
  'The stored data was written by a newer version of the app. Reload to update; nothing was changed.':
    '已存储的数据由较新版本的应用写入。请重新加载以更新；没有任何更改。',
  'Another tab runs an older version of the app and blocks this one. Close or reload that tab, then try again.':
    '另一个标签页运行着旧版本的应用并阻止了此页。请关闭或重新加载那个标签页，然后重试。',
  'The app was updated in another tab. Reload this one to go on; everything written is kept.':
    '应用已在另一个标签页中更新。请重新加载此页以继续；已写入的内容全部保留。',
  'This session was written by a newer version of the app. Reload to update; until then it can only be read.':
    '此会话由较新版本的应用写入。请重新加载以更新；在此之前只能阅读。',
  'Another tab writes session {session} now. Nothing of this was saved; what was written before is kept.':
    '另一个标签页正在写入会话 {session}。这次的内容没有保存；之前写入的内容保留着。',
  'This session was imported: it can be read, and a fork of it can go on. Nothing was changed.':
    '此会话是导入的：可以阅读，其分叉可以继续。没有任何更改。',
  'Another tab has this session; take it over to change it here.': '另一个标签页正在使用此会话；接管后即可在此更改。',
  'This session can only be read here. Nothing was changed; fork it to go on from it.':
    '此会话在这里只能阅读。没有任何更改；分叉后即可继续。',
  'The session’s worker stopped and is being started again. What was written is kept; if what you did is not on the screen in a moment, do it again.':
    '会话的工作线程已停止，正在重新启动。已写入的内容保留着；如果你所做的操作片刻后没有出现，请再做一次。',
  'The agent is at work. Stop it first, then go back; nothing was changed.': '智能体正在工作。请先停止它再回退；没有任何更改。',
  'A checkpoint needs a name. None was made.': '检查点需要名称。没有创建。',
  'There is no {path} in the workspace any more.': '工作区中已没有 {path}。',
  'There is no file {path} in the workspace.': '工作区中没有文件 {path}。',
  'Nothing was changed in this session yet, so there is no patch.': '此会话中还没有任何更改，因此没有补丁。',
  'Nothing listens on port {port} any more.': '端口 {port} 上已没有程序在监听。',
  'The preview did not start within 15 s. Reload it.': '预览在 15 秒内没有启动。请重新加载。',
  'The sandbox could not be loaded: the server of this page does not answer. Nothing was run and the files are as they were; try again when it does.':
    '无法加载沙盒：此页面的服务器没有响应。没有运行任何内容，文件保持原样；请在服务器恢复后重试。',
  'A fork can begin only where no turn is open. Choose another place; nothing was made.':
    '分叉只能从没有进行中轮次的位置开始。请选择其他位置；没有创建。',
  'This session was exported by a newer version of the app. Reload to update; nothing was imported.':
    '此会话由较新版本的应用导出。请重新加载以更新；没有导入任何内容。',
  'A page in development is never kept.': '开发中的页面从不保留。',
  'This browser keeps no pages here: it wants https or localhost.': '此浏览器在这里不保留页面：它要求 https 或 localhost。',
  'The closing bracket is missing.': '缺少右括号。',
  'A rule names a tool, such as read_file or shell(npm test).': '规则需要写明工具，例如 read_file 或 shell(npm test)。',
  'That is not a key: a key is one line of 8 to 512 letters, digits and signs, without spaces.':
    '这不是密钥：密钥是一行 8 到 512 个字母、数字和符号，不含空格。',
  'A key is sent to https addresses only, or to this machine.': '密钥只会发送到 https 地址或本机。',
  'Enter the pairing code that the relay printed when it started.': '请输入中继启动时显示的配对码。',
  'That is not the pairing code that the relay printed.': '这不是中继显示的配对码。',
  'Nothing was added.': '没有添加任何内容。',
  'Nothing was imported.': '没有导入任何内容。',
  'Nothing was restored.': '没有恢复任何内容。',
  'Nothing was changed.': '没有任何更改。',
}
