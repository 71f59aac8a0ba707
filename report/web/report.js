// Renders devices, their users and findings on demand. All text goes in as text nodes.
(function () {
  'use strict';
  var VERDICTS = ['pass', 'fail', 'unknown', 'not-applicable'];
  var SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'];
  var SAYS = ['', 'Does not hold', 'Not known whether it holds', 'Does not apply'];
  var KNOWLEDGE = ['unknown', 'absent', ''];
  var RANK = {blocked: 0, undetermined: 1, ready: 2};
  var PAGE = 100;
  var byId = function (id) { return document.getElementById(id); };

  // Pieces that the page's HTML holds already, by rule: title and the command to collect.
  var titles = {};
  document.querySelectorAll('#rules tbody tr').forEach(function (row) {
    titles[row.querySelector('code').textContent] = row.cells[0].firstChild.textContent;
  });
  var collects = {};
  document.querySelectorAll('#undecided details').forEach(function (one) {
    var command = one.querySelector('pre');
    if (command) {
      collects[one.querySelector('summary code').textContent] =
        Array.prototype.map.call(command.childNodes, function (node) {
          return node.nodeName === 'BR' ? '\n' : node.textContent;
        }).join('');
    }
  });

  var causes = [null], evidence = [null], subjects = new Map();
  JSON.parse(byId('data').textContent).forEach(function (line) {
    if (line[0] === 0) { causes.push(line); }
    else if (line[0] === 1) { evidence.push(line[1]); }
    else if (line[0] === 2) {
      subjects.set(line[1], {id: line[1], kind: line[2], name: line[3], parent: line[4],
                             route: line[5], readiness: line[6], pairs: [], children: []});
    } else if (subjects.has(line[1])) { subjects.get(line[1]).pairs = line[2]; }
  });
  var roots = [];
  subjects.forEach(function (subject) {
    var parent = subject.kind === 'user' ? subjects.get(subject.parent) : null;
    (parent ? parent.children : roots).push(subject);
  });
  // Devices before what they depend on; what needs attention first; then the order of ids.
  var GROUPS = [['Devices', ['device', 'remote_host']], ['Environment', null]];
  function group(subject) { return GROUPS[0][1].indexOf(subject.kind) >= 0 ? 0 : 1; }
  roots.sort(function (a, b) {
    return group(a) - group(b) || RANK[a.readiness] - RANK[b.readiness] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  });

  // As everywhere else: what is invisible or turns text around becomes U+FFFD.
  var HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
  function textNode(text) { return document.createTextNode(String(text).replace(HIDDEN, '\ufffd')); }
  function element(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.appendChild(textNode(text)); }
    return node;
  }
  function list(items) {
    var ul = element('ul');
    items.forEach(function (item) { ul.appendChild(item); });
    return ul;
  }

  var filter = {words: [], readiness: '', verdict: '', severity: 0};
  var searchable = [];  // lower-case text of each cause, made when first needed
  function causeText(number) {
    if (!searchable[number]) {
      var cause = causes[number];
      searchable[number] = [cause[1], titles[cause[1]], cause[4], cause[5],
        cause[7].join(' '), cause[8].map(function (o) { return o[0] + ' ' + o[2]; }).join(' ')]
        .join(' ').toLowerCase();
    }
    return searchable[number];
  }
  function fits(subject, number) {
    var cause = causes[number];
    if (filter.verdict !== '' && cause[3] !== Number(filter.verdict)) { return false; }
    if (cause[2] < filter.severity) { return false; }
    return filter.words.every(function (word) {
      return subject.label.indexOf(word) >= 0 || causeText(number).indexOf(word) >= 0;
    });
  }
  function narrowed() {
    return filter.words.length > 0 || filter.verdict !== '' || filter.severity > 0;
  }
  function matching(subject) {
    if (subject.label === undefined) {
      subject.label = (subject.id + ' ' + subject.name + ' ' + subject.route).toLowerCase();
    }
    var found = [];
    for (var i = 0; i < subject.pairs.length; i += 2) {
      if (fits(subject, subject.pairs[i])) { found.push([subject.pairs[i], subject.pairs[i + 1]]); }
    }
    return found;
  }
  function shown(root) {
    if (filter.readiness && root.readiness !== filter.readiness) { return false; }
    if (!narrowed()) { return true; }
    return matching(root).length > 0 || root.children.some(function (user) {
      return matching(user).length > 0;
    });
  }

  function place(ref) {
    var item = element('li');
    item.appendChild(element('b', '', ref[0] || 'derived'));
    var where = (ref[1] ? ', line ' + ref[1] : '') + (ref[2] ? ', record ' + ref[2] : '') +
                (ref[3] ? ', ' + ref[3] : '');
    item.appendChild(textNode(where));
    return item;
  }
  function observed(one) {
    var item = element('li');
    item.appendChild(textNode(one[0] + ' = '));
    item.appendChild(element('b', '', [KNOWLEDGE[one[1]], one[2]].filter(Boolean).join(': ') || '(empty)'));
    return item;
  }
  function finding(pair) {
    var cause = causes[pair[0]], verdict = VERDICTS[cause[3]], note = cause[2] === 0;
    var row = element('div', 'finding');
    var word = note && verdict === 'fail' ? 'note applies' : verdict.replace('-', ' ');
    row.appendChild(element('span', 'chip' + (note ? '' : ' k-' + verdict), word));
    row.appendChild(element('span', 'chip' + (verdict === 'fail' || verdict === 'unknown' ? ' s-' + SEVERITIES[cause[2]] : ''),
                            note ? 'note' : SEVERITIES[cause[2]]));
    var body = element('div');
    var what = element('p', 'what');
    // The title is what must hold; beside another verdict than pass that needs to be said.
    if (!note && SAYS[cause[3]]) { what.appendChild(element('span', 'quiet', SAYS[cause[3]] + ': ')); }
    what.appendChild(textNode((titles[cause[1]] || cause[1]) + ' '));
    what.appendChild(element('code', '', cause[1]));
    body.appendChild(what);
    if (cause[4]) { body.appendChild(element('p', '', cause[4])); }
    if (cause[6]) { body.appendChild(element('p', 'fix', 'Fix: ' + cause[6])); }
    if (cause[8].length) { body.appendChild(list(cause[8].map(observed))); }
    if (cause[7].length) {
      body.appendChild(element('p', 'quiet', 'Missing: ' + cause[7].join(', ') +
                               (cause[5] ? ' (' + cause[5] + ')' : '')));
    }
    if (verdict === 'unknown' && collects[cause[1]]) {
      body.appendChild(element('pre', '', collects[cause[1]]));
    }
    if (pair[1]) { body.appendChild(list(evidence[pair[1]].map(place))); }
    row.appendChild(body);
    return row;
  }
  // Failed first, then unknown; critical first; notes behind what passed.
  var ORDER = [2, 0, 1, 4];
  function order(cause) { return cause[2] === 0 && cause[3] === 1 ? 3 : ORDER[cause[3]]; }
  function bySeverity(a, b) {
    var x = causes[a[0]], y = causes[b[0]];
    return order(x) - order(y) || y[2] - x[2] || (x[1] < y[1] ? -1 : 1);
  }
  function fill(body, subject) {
    var pairs = matching(subject).sort(bySeverity);
    if (subject.kind === 'user') {
      var head = element('div', 'who');
      head.appendChild(element('span', 'chip k-' + subject.readiness, subject.readiness));
      head.appendChild(element('b', '', subject.name || subject.id));
      head.appendChild(element('code', '', subject.id));
      body.appendChild(head);
    }
    pairs.forEach(function (pair) { body.appendChild(finding(pair)); });
    if (!pairs.length) {
      body.appendChild(element('p', 'quiet', narrowed() ? 'No finding here matches the filter.' : 'No findings.'));
    }
    subject.children.forEach(function (user) { fill(body, user); });
  }
  function counts(root) {
    var number = [0, 0, 0, 0];
    [root].concat(root.children).forEach(function (subject) {
      for (var i = 0; i < subject.pairs.length; i += 2) {
        var cause = causes[subject.pairs[i]];
        if (cause[2] > 0) { number[cause[3]] += 1; }
      }
    });
    return number[1] + ' fail, ' + number[2] + ' unknown, ' + number[0] + ' pass';
  }
  function entry(root) {
    var details = element('details'), summary = element('summary');
    summary.appendChild(element('span', 'chip k-' + root.readiness, root.readiness));
    var title = element('span', 'title', root.name || root.id);
    title.appendChild(element('code', '', ' ' + (root.kind === 'device' ? (root.route || '') : root.kind.replace(/_/g, ' '))));
    summary.appendChild(title);
    summary.appendChild(element('span', 'count', counts(root)));
    details.appendChild(summary);
    details.addEventListener('toggle', function () {
      if (details.open && details.children.length === 1) {
        var body = element('div', 'body');
        fill(body, root);
        details.appendChild(body);
      }
    });
    return details;
  }

  var found = [], next = 0;
  function more() {
    var piece = document.createDocumentFragment();
    found.slice(next, next + PAGE).forEach(function (root, i) {
      var before = found[next + i - 1];
      if (!before || group(before) !== group(root)) {
        piece.appendChild(element('h3', '', GROUPS[group(root)][0]));
      }
      piece.appendChild(entry(root));
    });
    byId('list').appendChild(piece);
    next = Math.min(next + PAGE, found.length);
    byId('more').hidden = next >= found.length;
    byId('matches').textContent = 'Showing ' + next + ' of ' + found.length +
      (found.length === roots.length ? '' : ' that match, of ' + roots.length + ' in all') + '.';
  }
  function refresh() {
    filter = {words: byId('search').value.toLowerCase().split(/\s+/).filter(Boolean),
              readiness: byId('readiness').value, verdict: byId('verdict').value,
              severity: Number(byId('severity').value)};
    found = roots.filter(shown);
    next = 0;
    byId('list').textContent = '';
    more();
    if (found.length === 1 || (narrowed() && found.length > 0 && found.length <= 3)) {
      document.querySelectorAll('#list details').forEach(function (one) { one.open = true; });
    }
  }

  var timer = 0;
  byId('filters').hidden = false;
  byId('filters').addEventListener('submit', function (event) { event.preventDefault(); });
  byId('filters').addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(refresh, 120);
  });
  byId('more').addEventListener('click', more);
  document.querySelectorAll('.find').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () {
      byId('search').value = button.dataset.rule;
      byId('verdict').value = button.closest('#undecided') ? '2' : '1';
      byId('readiness').value = '';
      byId('severity').value = '0';
      refresh();
      byId('subjects').scrollIntoView();
      byId('search').focus({preventScroll: true});
    });
  });
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('#causes details').forEach(function (one) { one.open = true; });
  });
  refresh();
}());
