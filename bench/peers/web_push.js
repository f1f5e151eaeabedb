// npm web-push, with a keep-alive agent and 20 messages at once.
// node web_push.js JOB     JOB: a JSON file of bench/push.py
"use strict";
const fs = require("fs");
const https = require("https");
const job = JSON.parse(fs.readFileSync(process.argv[2]));
const webpush = require(job.module);

const WARM = 100; // messages before the clock runs
const AT_ONCE = 20;
const agent = new https.Agent({ keepAlive: true, maxSockets: AT_ONCE, ca: fs.readFileSync(job.ca) });
const options = {
  agent,
  TTL: 86400,
  vapidDetails: { subject: "mailto:editor@localhost", publicKey: job.public, privateKey: job.key },
};

async function run(count) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const sub = job.subscriptions[next++ % job.subscriptions.length];
      const answer = await webpush.sendNotification(sub, job.text, options);
      if (answer.statusCode !== 201) throw new Error(`status ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

(async () => {
  await run(WARM);
  const began = process.hrtime.bigint(), cpu = process.cpuUsage();
  await run(job.count);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9, used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ rate: job.count / seconds, cpu_us: (used.user + used.system) / job.count }));
  process.exit(0);
})();
