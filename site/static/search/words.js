// What the search says, in the language of the page around it.

const en = {
  label: "Search",
  placeholder: "Datasets, models, functions, guides ...",
  results: "Results",
  close: "Close",
  api: "Python",
  index: "API index",
  cards: "Catalog",
  pages: "On pages",
  all: (count) => `All ${count}`,
  hint: "Names, words or Chinese: MNIST, load_dataset, image classification, 差分隐私",
  none: (query) => `Nothing has “${query}”.`,
  count: (count) => (count === 1 ? "1 result" : `${count} results`),
  failed: "The index of full text could not be read.",
  unserved: "Searching needs a server: hub site serve",
  keys: [["↑ ↓", "choose"], ["Enter", "open"], ["Esc", "close"]],
};

const zh = {
  label: "搜索",
  placeholder: "数据集、模型、函数、指南……",
  results: "结果",
  close: "关闭",
  api: "Python",
  index: "API 索引",
  cards: "目录",
  pages: "全文",
  all: (count) => `全部 ${count} 条`,
  hint: "中英文皆可：MNIST、load_dataset、图像分类、差分隐私",
  none: (query) => `没有找到“${query}”。`,
  count: (count) => `${count} 条结果`,
  failed: "无法读取全文索引。",
  unserved: "搜索需要通过服务器访问：hub site serve",
  keys: [["↑ ↓", "选择"], ["Enter", "打开"], ["Esc", "关闭"]],
};

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
export const words = { en, zh }[language];
