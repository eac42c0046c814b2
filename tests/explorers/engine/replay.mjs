// SPDX-License-Identifier: BSD-3-Clause
// What a page of recorded frames answers: a record and questions on standard input, the answers out.
import { recorded } from "../../../kfuncviz/front/recorded.js";

let text = "";
for await (const part of process.stdin) text += part;
const { record, questions } = JSON.parse(text);
const line = recorded(record);
const answers = [];
for (const [token, events] of questions) answers.push(await line.ask(token, events));
console.log(JSON.stringify(answers));
